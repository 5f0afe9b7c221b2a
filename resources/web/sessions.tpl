{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
<h1>{{t_sessions_title}}</h1>
<table class="stack" role="table">
<caption>{{t_sessions_caption}}</caption>
<thead role="rowgroup"><tr role="row">
<th scope="col" role="columnheader">{{t_col_session}}</th>
<th scope="col" role="columnheader">{{t_col_from}}</th>
<th scope="col" role="columnheader">{{t_col_opened}}</th>
<th scope="col" role="columnheader">{{t_col_seen}}</th>
<th scope="col" role="columnheader">{{t_col_expires}}</th>
<th scope="col" role="columnheader">{{t_col_action}}</th>
</tr></thead>
<tbody role="rowgroup">
{{#SESSION}}
<tr role="row">
<th scope="row" role="rowheader" data-label="{{t_col_session}}">{{KIND}}</th>
<td role="cell" data-label="{{t_col_from}}">{{FROM}}</td>
<td role="cell" data-label="{{t_col_opened}}">{{CREATED}}</td>
<td role="cell" data-label="{{t_col_seen}}">{{SEEN}}</td>
<td role="cell" data-label="{{t_col_expires}}">{{EXPIRES}}</td>
<td role="cell" data-label="{{t_col_action}}">{{#CURRENT}}{{t_session_current}}{{/CURRENT}}{{#OTHER}}<form method="post" action="/me/sessions/{{ID}}/end">
<input type="hidden" name="csrf" value="{{CSRF}}">
<button>{{t_session_end}}</button>
</form>{{/OTHER}}</td>
</tr>
{{/SESSION}}
</tbody>
</table>
<p class="pager">
{{#NEXT_PAGE}}
<a class="button" href="{{ADDRESS}}">{{t_next_page}}</a>
{{/NEXT_PAGE}}
</p>
<section class="narrow card">
<h2>{{t_password_title}}</h2>
<p class="quiet">{{t_password_intro}}</p>
{{>PASSWORD_FORM}}
</section>
{{>FOOT}}
