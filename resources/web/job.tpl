{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
<p><a href="/me">{{t_back_to_usage}}</a></p>
<h1>{{TITLE}}</h1>
<section class="card">
<dl>
<div><dt>{{t_col_name}}</dt><dd>{{NAME}}</dd></div>
<div><dt>{{t_col_cluster}}</dt><dd>{{CLUSTER}}</dd></div>
<div><dt>{{t_col_account}}</dt><dd>{{ACCOUNT}}</dd></div>
<div><dt>{{t_col_partition}}</dt><dd>{{PARTITION}}</dd></div>
<div><dt>{{t_col_state}}</dt><dd>{{STATE}}</dd></div>
<div><dt>{{t_col_submitted}}</dt><dd>{{SUBMITTED}}</dd></div>
<div><dt>{{t_col_started}}</dt><dd>{{STARTED}}</dd></div>
<div><dt>{{t_col_ended}}</dt><dd>{{ENDED}}</dd></div>
<div><dt>{{t_col_elapsed}}</dt><dd>{{ELAPSED}}</dd></div>
<div><dt>{{t_col_held}}</dt><dd>{{HELD}}</dd></div>
</dl>
</section>
<section class="card">
<h2>{{t_why_title}}</h2>
<table class="stack" role="table">
<caption>{{RATE_STORY}}</caption>
<thead role="rowgroup"><tr role="row">
<th scope="col" role="columnheader">{{t_col_resource}}</th>
<th scope="col" role="columnheader" class="number">{{t_col_amount_held}}</th>
<th scope="col" role="columnheader" class="number">{{RATE_HEADING}}</th>
<th scope="col" role="columnheader" class="number">{{COST_HEADING}}</th>
</tr></thead>
<tbody role="rowgroup">
{{#LINE}}
<tr role="row">
<th scope="row" role="rowheader" data-label="{{t_col_resource}}">{{RESOURCE}}</th>
<td role="cell" data-label="{{t_col_amount_held}}" class="number">{{SECONDS}}</td>
<td role="cell" data-label="{{RATE_HEADING}}" class="number">{{RATE}}</td>
<td role="cell" data-label="{{COST_HEADING}}" class="number">{{EXACT}}</td>
</tr>
{{/LINE}}
</tbody>
<tfoot role="rowgroup">
<tr role="row"><th scope="row" role="rowheader">{{t_sum_exact}}</th><td role="cell" class="filler"></td><td role="cell" class="filler"></td><td role="cell" data-label="{{COST_HEADING}}" class="number">{{SUM}}</td></tr>
{{#RULE}}
<tr role="row"><th scope="row" role="rowheader">{{RULE_TEXT}}</th><td role="cell" class="filler"></td><td role="cell" class="filler"></td><td role="cell" data-label="{{COST_HEADING}}" class="number">{{AFTER}}</td></tr>
{{/RULE}}
<tr role="row"><th scope="row" role="rowheader">{{t_sum_rounded}}</th><td role="cell" class="filler"></td><td role="cell" class="filler"></td><td role="cell" data-label="{{COST_HEADING}}" class="number"><strong>{{TOTAL}}</strong></td></tr>
</tfoot>
</table>
<p class="quiet small">{{TIER_STORY}}</p>
{{#OTHER_RULES}}
<ul class="quiet small">
{{#OTHER_RULE}}<li>{{RULE_TEXT}}</li>
{{/OTHER_RULE}}
</ul>
{{/OTHER_RULES}}
</section>
{{>FOOT}}
