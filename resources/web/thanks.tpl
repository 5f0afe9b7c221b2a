{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
<section class="narrow card">
<h1>{{TITLE}}</h1>
<p><span class="state {{STATUS_CODE}}">{{STATUS}}</span></p>
<p>{{EXPLANATION}}</p>
<dl>
<div><dt>{{t_col_number}}</dt><dd>{{NUMBER}}</dd></div>
<div><dt>{{t_total}}</dt><dd><strong>{{TOTAL}}</strong></dd></div>
</dl>
{{#LOOK_AGAIN}}
<p><a class="button" href="{{ADDRESS}}">{{t_pay_look_again}}</a></p>
{{/LOOK_AGAIN}}
{{#SIMULATE}}
<form method="post" action="/payments/simulate">
<input type="hidden" name="csrf" value="{{CSRF}}">
<input type="hidden" name="rid" value="{{ID}}">
<p>{{t_pay_simulate}}</p>
<p><button name="outcome" value="paid">{{t_pay_simulate_paid}}</button></p>
<p><button name="outcome" value="failed">{{t_pay_simulate_failed}}</button></p>
</form>
{{/SIMULATE}}
<p><a href="{{RECEIPT}}">{{t_pay_to_receipt}}</a></p>
</section>
{{>FOOT}}
