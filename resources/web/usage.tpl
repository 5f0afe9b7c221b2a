{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
<h1>{{t_usage_title}}</h1>
<div class="tiles">
<div class="card tile"><span class="quiet">{{t_tile_month}}</span><strong>{{MONTH_COST}}</strong><span class="quiet">{{MONTH_JOBS}}</span></div>
<div class="card tile"><span class="quiet">{{t_tile_all}}</span><strong>{{ALL_COST}}</strong><span class="quiet">{{ALL_JOBS}}</span></div>
{{#RATES}}
<div class="card tile wide">
<table class="small">
<caption>{{RATES_CAPTION}}</caption>
<thead><tr><th scope="col">{{t_col_tier}}</th><th scope="col" class="number">{{t_rate_cpu}}</th><th scope="col" class="number">{{t_rate_gpu}}</th><th scope="col" class="number">{{t_rate_mem}}</th></tr></thead>
<tbody>
{{#RATE}}
<tr><th scope="row">{{TIER}}</th><td class="number">{{CPU}}</td><td class="number">{{GPU}}</td><td class="number">{{MEM}}</td></tr>
{{/RATE}}
</tbody>
</table>
</div>
{{/RATES}}
</div>
<nav class="tabs" aria-label="{{t_view_label}}">
{{#TAB}}
<a href="{{ADDRESS}}" aria-current="{{CURRENT}}">{{NAME}}</a>
{{/TAB}}
</nav>
<form class="row" method="get" action="/me">
<input type="hidden" name="view" value="{{VIEW}}">
<label for="before">{{t_filter_before}}</label>
<input id="before" name="before" type="date" value="{{BEFORE}}" required>
<button>{{t_apply}}</button>
{{#IS_FILTERED}}
<a href="{{ALL_ADDRESS}}">{{t_show_all}}</a>
{{/IS_FILTERED}}
</form>
{{#JOBS}}
<table class="stack" role="table">
<caption>{{CAPTION}}</caption>
<thead role="rowgroup"><tr role="row">
<th scope="col" role="columnheader">{{t_col_job}}</th>
<th scope="col" role="columnheader">{{t_col_ended}}</th>
<th scope="col" role="columnheader">{{t_col_state}}</th>
<th scope="col" role="columnheader">{{t_col_account}}</th>
<th scope="col" role="columnheader" class="number">{{t_col_elapsed}}</th>
<th scope="col" role="columnheader" class="number">{{t_col_cpu}}</th>
<th scope="col" role="columnheader" class="number">{{t_col_gpu}}</th>
<th scope="col" role="columnheader" class="number">{{t_col_mem}}</th>
<th scope="col" role="columnheader" class="number">{{COST_HEADING}}</th>
<th scope="col" role="columnheader">{{t_col_receipt}}</th>
</tr></thead>
<tbody role="rowgroup">
{{#JOB}}
<tr role="row">
<th scope="row" role="rowheader" data-label="{{t_col_job}}"><a href="{{ADDRESS}}">{{ID}}</a><span class="name" title="{{NAME}}">{{NAME}}</span></th>
<td role="cell" data-label="{{t_col_ended}}">{{ENDED}}</td>
<td role="cell" data-label="{{t_col_state}}">{{STATE}}</td>
<td role="cell" data-label="{{t_col_account}}">{{ACCOUNT}}</td>
<td role="cell" data-label="{{t_col_elapsed}}" class="number">{{ELAPSED}}</td>
<td role="cell" data-label="{{t_col_cpu}}" class="number">{{CPU}}</td>
<td role="cell" data-label="{{t_col_gpu}}" class="number">{{GPU}}</td>
<td role="cell" data-label="{{t_col_mem}}" class="number">{{MEM}}</td>
<td role="cell" data-label="{{COST_HEADING}}" class="number">{{COST}}</td>
<td role="cell" data-label="{{t_col_receipt}}">{{#BILLED}}<a href="{{RECEIPT}}">{{t_open}}</a>{{/BILLED}}{{#UNBILLED}}<span class="quiet">{{WHEN}}</span>{{/UNBILLED}}</td>
</tr>
{{/JOB}}
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
{{/JOBS}}
{{#CHART}}
<figure class="card">
<figcaption>{{CAPTION}}</figcaption>
<svg viewBox="0 0 480 220" role="img" aria-label="{{CAPTION}}">
<line class="axis" x1="0" y1="190" x2="480" y2="190"></line>
<text class="mark" x="0" y="14">{{HIGHEST}}</text>
{{#BAR}}
<rect class="bar" x="{{X}}" y="{{Y}}" width="{{WIDTH}}" height="{{HEIGHT}}"><title>{{HINT}}</title></rect>
{{#MARK}}
<text class="mark" x="{{X}}" y="210">{{TEXT}}</text>
{{/MARK}}
{{/BAR}}
</svg>
</figure>
{{/CHART}}
{{#SUMS}}
<table class="stack" role="table">
<caption>{{CAPTION}}</caption>
<thead role="rowgroup"><tr role="row">
<th scope="col" role="columnheader">{{t_col_month}}</th>
{{#WITH_ACCOUNT}}
<th scope="col" role="columnheader">{{t_col_account}}</th>
{{/WITH_ACCOUNT}}
<th scope="col" role="columnheader" class="number">{{t_col_jobs}}</th>
<th scope="col" role="columnheader" class="number">{{t_col_cpu}}</th>
<th scope="col" role="columnheader" class="number">{{t_col_gpu}}</th>
<th scope="col" role="columnheader" class="number">{{t_col_mem}}</th>
<th scope="col" role="columnheader" class="number">{{COST_HEADING}}</th>
</tr></thead>
<tbody role="rowgroup">
{{#SUM}}
<tr role="row">
<th scope="row" role="rowheader" data-label="{{t_col_month}}">{{MONTH}}</th>
{{#WITH_ACCOUNT}}
<td role="cell" data-label="{{t_col_account}}">{{ACCOUNT}}</td>
{{/WITH_ACCOUNT}}
<td role="cell" data-label="{{t_col_jobs}}" class="number">{{COUNT}}</td>
<td role="cell" data-label="{{t_col_cpu}}" class="number">{{CPU}}</td>
<td role="cell" data-label="{{t_col_gpu}}" class="number">{{GPU}}</td>
<td role="cell" data-label="{{t_col_mem}}" class="number">{{MEM}}</td>
<td role="cell" data-label="{{COST_HEADING}}" class="number">{{COST}}</td>
</tr>
{{/SUM}}
</tbody>
<tfoot role="rowgroup">
<tr role="row">
<th scope="row" role="rowheader">{{t_total}}</th>
{{#WITH_ACCOUNT}}
<td role="cell" class="filler"></td>
{{/WITH_ACCOUNT}}
<td role="cell" data-label="{{t_col_jobs}}" class="number">{{TOTAL_COUNT}}</td>
<td role="cell" data-label="{{t_col_cpu}}" class="number">{{TOTAL_CPU}}</td>
<td role="cell" data-label="{{t_col_gpu}}" class="number">{{TOTAL_GPU}}</td>
<td role="cell" data-label="{{t_col_mem}}" class="number">{{TOTAL_MEM}}</td>
<td role="cell" data-label="{{COST_HEADING}}" class="number">{{TOTAL_COST}}</td>
</tr>
</tfoot>
</table>
{{/SUMS}}
{{#EMPTY}}
<p class="card quiet">{{MESSAGE}}</p>
{{/EMPTY}}
<p class="quiet small">{{RATES_NOTE}}</p>
<div class="pair">
<section class="card" aria-labelledby="make-receipt">
<h2 id="make-receipt">{{t_make_title}}</h2>
<p class="quiet">{{t_make_text}}</p>
<form method="post" action="/me/receipt">
<input type="hidden" name="csrf" value="{{CSRF}}">
<input type="hidden" name="key" value="{{ORDER_KEY}}">
<label for="receipt-before">{{t_filter_before}}</label>
<input id="receipt-before" name="before" type="date" value="{{RECEIPT_BEFORE}}" required>
<button class="primary">{{t_make_button}}</button>
</form>
</section>
<section class="card" aria-labelledby="download">
<h2 id="download">{{t_csv_title}}</h2>
<p class="quiet">{{t_csv_text}}</p>
<form method="get" action="/me.csv">
<label for="csv-start">{{t_csv_start}}</label>
<input id="csv-start" name="start" type="date" value="{{CSV_START}}" required>
<label for="csv-end">{{t_csv_end}}</label>
<input id="csv-end" name="end" type="date" value="{{CSV_END}}" required>
<button>{{t_csv_button}}</button>
</form>
</section>
</div>
{{>FOOT}}
