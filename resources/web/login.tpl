{{%AUTOESCAPE context="HTML"}}{{>HEAD}}
<section class="narrow card">
<h1>{{t_login_title}}</h1>
<p class="quiet">{{t_login_intro}}</p>
<form method="post" action="/login">
<input type="hidden" name="csrf" value="{{CSRF}}">
<input type="hidden" name="next" value="{{NEXT}}">
<label for="username">{{t_username}}</label>
<input id="username" name="username" value="{{USERNAME}}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="128" required>
<label for="password">{{t_password}}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required>
<button class="primary">{{t_log_in}}</button>
</form>
</section>
{{>FOOT}}
