{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
<section class="narrow card">
<h1>{{t_password_title}}</h1>
<p class="quiet">{{INTRO}}</p>
{{>PASSWORD_FORM}}
</section>
{{>FOOT}}
