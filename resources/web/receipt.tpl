{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
<p><a href="/me/receipts">{{t_back_to_receipts}}</a></p>
<h1>{{TITLE}}</h1>
<section class="card">
<dl>
<div><dt>{{t_col_status}}</dt><dd><span class="state {{STATUS_CODE}}">{{STATUS}}</span></dd></div>
<div><dt>{{t_username}}</dt><dd>{{USERNAME}}</dd></div>
<div><dt>{{t_col_created}}</dt><dd>{{CREATED}}</dd></div>
<div><dt>{{t_col_period}}</dt><dd>{{PERIOD}}</dd></div>
<div><dt>{{t_col_jobs}}</dt><dd>{{COUNT}}</dd></div>
<div><dt>{{t_col_tier}}</dt><dd>{{TIER}}</dd></div>
<div><dt>{{t_rates_locked}}</dt><dd>{{RATES}}</dd></div>
<div><dt>{{t_subtotal}}</dt><dd>{{SUBTOTAL}}</dd></div>
<div><dt>{{t_tax}}</dt><dd>{{TAX}}</dd></div>
<div><dt>{{t_total}}</dt><dd><strong>{{TOTAL}}</strong></dd></div>
</dl>
<p class="downloads"><a href="{{PDF}}.pdf" hreflang="en">{{t_pdf_english}}</a> <a href="{{PDF}}.th.pdf" hreflang="th">{{t_pdf_thai}}</a></p>
{{#PAY}}
<form method="post" action="/payments/receipt/{{ID}}/start">
<input type="hidden" name="csrf" value="{{CSRF}}">
<p><button class="primary">{{LABEL}}</button></p>
</form>
{{/PAY}}
</section>
<table class="stack" role="table">
<caption>{{t_items_caption}}</caption>
<thead role="rowgroup"><tr role="row">
<th scope="col" role="columnheader" class="number">{{t_col_line}}</th>
<th scope="col" role="columnheader">{{t_col_job}}</th>
<th scope="col" role="columnheader">{{t_col_ended}}</th>
<th scope="col" role="columnheader" class="number">{{t_col_cpu}}</th>
<th scope="col" role="columnheader" class="number">{{t_col_gpu}}</th>
<th scope="col" role="columnheader" class="number">{{t_col_mem}}</th>
<th scope="col" role="columnheader" class="number">{{COST_HEADING}}</th>
</tr></thead>
<tbody role="rowgroup">
{{#ITEM}}
<tr role="row">
<td role="cell" data-label="{{t_col_line}}" class="number">{{LINE}}</td>
<th scope="row" role="rowheader" data-label="{{t_col_job}}"><a href="{{ADDRESS}}">{{ID}}</a><span class="name" title="{{NAME}}">{{NAME}}</span></th>
<td role="cell" data-label="{{t_col_ended}}">{{ENDED}}</td>
<td role="cell" data-label="{{t_col_cpu}}" class="number">{{CPU}}</td>
<td role="cell" data-label="{{t_col_gpu}}" class="number">{{GPU}}</td>
<td role="cell" data-label="{{t_col_mem}}" class="number">{{MEM}}</td>
<td role="cell" data-label="{{COST_HEADING}}" class="number">{{COST}}</td>
</tr>
{{/ITEM}}
</tbody>
</table>
<p class="pager">
{{#FIRST_PAGE}}
<a class="button" href="{{ADDRESS}}">{{t_first_page}}</a>
{{/FIRST_PAGE}}
{{#NEXT_PAGE}}
<a class="button" href="{{ADDRESS}}">{{t_next_page}}</a>
{{/NEXT_PAGE}}
</p>
{{>FOOT}}
