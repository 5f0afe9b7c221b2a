{{%AUTOESCAPE context="HTML"}}</main>
<footer class="bottom"><p>{{t_note_utc}}</p></footer>
</body>
</html>
