{{%AUTOESCAPE context="HTML"}}<form method="post" action="/me/password">
<input type="hidden" name="csrf" value="{{CSRF}}">
<input type="hidden" name="username" value="{{USER}}" autocomplete="username">
<label for="old_password">{{t_password_old}}</label>
<input id="old_password" name="old_password" type="password" autocomplete="current-password" maxlength="1024" required>
<label for="new_password">{{t_password_new}}</label>
<input id="new_password" name="new_password" type="password" autocomplete="new-password" minlength="8" maxlength="1024" required>
<label for="new_password_again">{{t_password_again}}</label>
<input id="new_password_again" name="new_password_again" type="password" autocomplete="new-password" minlength="8" maxlength="1024" required>
<button class="primary">{{t_password_button}}</button>
</form>
