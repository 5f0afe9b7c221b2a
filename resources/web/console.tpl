{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
<h1>{{t_console_title}}</h1>
<section class="card">
<h2>{{t_console_health}}</h2>
<dl>
<div><dt>{{t_console_database}}</dt><dd><span class="state paid">{{t_console_usable}}</span></dd></div>
<div><dt>{{t_console_now}}</dt><dd>{{NOW}}</dd></div>
</dl>
</section>
<section class="card">
<h2>{{t_console_freshness}}</h2>
{{#CLUSTERS}}
<table class="stack" role="table">
<caption>{{t_console_clusters_caption}}</caption>
<thead role="rowgroup"><tr role="row">
<th scope="col" role="columnheader">{{t_col_cluster}}</th>
<th scope="col" role="columnheader">{{t_col_read_until}}</th>
<th scope="col" role="columnheader">{{t_col_freshness}}</th>
<th scope="col" role="columnheader">{{t_col_last_run}}</th>
<th scope="col" role="columnheader">{{t_col_run_state}}</th>
<th scope="col" role="columnheader">{{t_col_source}}</th>
</tr></thead>
<tbody role="rowgroup">
{{#CLUSTER}}
<tr role="row">
<th scope="row" role="rowheader" data-label="{{t_col_cluster}}">{{NAME}}</th>
<td role="cell" data-label="{{t_col_read_until}}">{{READ_UNTIL}}</td>
<td role="cell" data-label="{{t_col_freshness}}"><span class="state {{STATE_CODE}}">{{STATE}}</span></td>
<td role="cell" data-label="{{t_col_last_run}}">{{LAST_RUN}}</td>
<td role="cell" data-label="{{t_col_run_state}}">{{RUN_STATE}}</td>
<td role="cell" data-label="{{t_col_source}}">{{SOURCE}}</td>
</tr>
{{/CLUSTER}}
</tbody>
</table>
{{/CLUSTERS}}
{{#NO_CLUSTERS}}
<p class="quiet">{{t_console_no_clusters}}</p>
{{/NO_CLUSTERS}}
</section>
<section class="card">
<h2>{{t_console_stuck}}</h2>
{{#STUCK}}
<table class="stack" role="table">
<caption>{{t_console_stuck_caption}}</caption>
<thead role="rowgroup"><tr role="row">
<th scope="col" role="columnheader">{{t_col_payment}}</th>
<th scope="col" role="columnheader">{{t_col_receipt}}</th>
<th scope="col" role="columnheader">{{t_username}}</th>
<th scope="col" role="columnheader">{{t_col_provider}}</th>
<th scope="col" role="columnheader">{{t_col_since}}</th>
<th scope="col" role="columnheader" class="number">{{t_col_amount}}</th>
</tr></thead>
<tbody role="rowgroup">
{{#PAYMENT}}
<tr role="row">
<th scope="row" role="rowheader" data-label="{{t_col_payment}}">{{ID}}</th>
<td role="cell" data-label="{{t_col_receipt}}">{{RECEIPT}}</td>
<td role="cell" data-label="{{t_username}}">{{USERNAME}}</td>
<td role="cell" data-label="{{t_col_provider}}">{{PROVIDER}}</td>
<td role="cell" data-label="{{t_col_since}}">{{SINCE}}</td>
<td role="cell" data-label="{{t_col_amount}}" class="number">{{AMOUNT}}</td>
</tr>
{{/PAYMENT}}
</tbody>
</table>
{{#MORE_STUCK}}
<p class="quiet">{{t_console_more_stuck}}</p>
{{/MORE_STUCK}}
{{/STUCK}}
{{#NOTHING_STUCK}}
<p class="quiet">{{t_console_nothing_stuck}}</p>
{{/NOTHING_STUCK}}
</section>
{{#EXPORTS}}
<section class="card">
<h2>{{t_console_exports}}</h2>
<ul>
<li><a href="/admin/paid.csv">{{t_console_paid_csv}}</a></li>
<li><a href="/admin/audit.csv">{{t_console_audit_csv}}</a></li>
</ul>
</section>
{{/EXPORTS}}
{{>FOOT}}
