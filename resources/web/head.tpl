{{%AUTOESCAPE context="HTML"}}<!DOCTYPE html>
<html lang="{{LANGUAGE}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{TITLE}} – HPC Billing</title>
<link rel="icon" type="image/svg+xml" href="/static/icon.svg">
<link rel="stylesheet" href="{{STYLE}}">
</head>
<body>
<a class="skip" href="#content">{{t_skip}}</a>
<header class="top">
<a class="brand" href="/me">HPC Billing</a>
{{#SIGNED_IN}}
<nav aria-label="{{t_nav_label}}">
<a href="/me" aria-current="{{ON_USAGE}}">{{t_nav_usage}}</a>
<a href="/me/receipts" aria-current="{{ON_RECEIPTS}}">{{t_nav_receipts}}</a>
{{#STAFF}}
<a href="/admin" aria-current="{{ON_CONSOLE}}">{{t_nav_console}}</a>
{{/STAFF}}
</nav>
{{/SIGNED_IN}}
<div class="who">
<form method="post" action="/i18n/set">
<input type="hidden" name="csrf" value="{{CSRF}}">
<input type="hidden" name="next" value="{{HERE}}">
<button class="plain" name="language" value="{{OTHER_LANGUAGE}}" lang="{{OTHER_LANGUAGE}}">{{OTHER_LANGUAGE_NAME}}</button>
</form>
{{#SIGNED_IN}}
<a class="user" href="/me/sessions">{{USER}}</a>
<form method="post" action="/logout">
<input type="hidden" name="csrf" value="{{CSRF}}">
<button class="plain">{{t_log_out}}</button>
</form>
{{/SIGNED_IN}}
</div>
</header>
<main id="content" tabindex="-1">
{{#ALERT}}
<p class="alert {{KIND}}" role="alert">{{MESSAGE}}</p>
{{/ALERT}}
