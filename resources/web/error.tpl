{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
<section class="narrow card">
<h1>{{TITLE}}</h1>
<p>{{EXPLANATION}}</p>
{{#FAULTS}}
<ul>
{{#FAULT}}
<li>{{#FIELD}}<strong>{{NAME}}</strong>: {{/FIELD}}{{DETAIL}}</li>
{{/FAULT}}
</ul>
{{/FAULTS}}
<p><a class="button" href="{{WAY_ON}}">{{WAY_ON_TEXT}}</a></p>
<p class="quiet small">{{t_request_id}}: <code>{{REQUEST_ID}}</code></p>
</section>
{{>FOOT}}
