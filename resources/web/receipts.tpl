{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
<h1>{{t_receipts_title}}</h1>
{{#RECEIPTS}}
<table class="stack" role="table">
<caption>{{t_receipts_caption}}</caption>
<thead role="rowgroup"><tr role="row">
<th scope="col" role="columnheader">{{t_col_number}}</th>
<th scope="col" role="columnheader">{{t_col_created}}</th>
<th scope="col" role="columnheader">{{t_col_period}}</th>
<th scope="col" role="columnheader" class="number">{{t_col_jobs}}</th>
<th scope="col" role="columnheader">{{t_col_status}}</th>
<th scope="col" role="columnheader" class="number">{{COST_HEADING}}</th>
</tr></thead>
<tbody role="rowgroup">
{{#RECEIPT}}
<tr role="row">
<th scope="row" role="rowheader" data-label="{{t_col_number}}"><a href="{{ADDRESS}}">{{NUMBER}}</a></th>
<td role="cell" data-label="{{t_col_created}}">{{CREATED}}</td>
<td role="cell" data-label="{{t_col_period}}">{{PERIOD}}</td>
<td role="cell" data-label="{{t_col_jobs}}" class="number">{{COUNT}}</td>
<td role="cell" data-label="{{t_col_status}}"><span class="state {{STATUS_CODE}}">{{STATUS}}</span></td>
<td role="cell" data-label="{{COST_HEADING}}" class="number">{{TOTAL}}</td>
</tr>
{{/RECEIPT}}
</tbody>
</table>
<p class="pager">
{{#NEXT_PAGE}}
<a class="button" href="{{ADDRESS}}">{{t_next_page}}</a>
{{/NEXT_PAGE}}
</p>
{{/RECEIPTS}}
{{#EMPTY}}
<p class="card quiet">{{t_receipts_empty}}</p>
{{/EMPTY}}
{{>FOOT}}
