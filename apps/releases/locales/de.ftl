# Everywhere
title = Releases
releases-text = Was Teams ausgeliefert haben, was davon live ist, und die Schalter dafür. Was Sie hier tun, ändert offene Seiten binnen Sekunden.
loading = Wird geladen
try-again = Erneut versuchen
back = Zurück
stale = Die Registry antwortet gerade nicht. So stand es um { $time }.
unavailable = Das hat gerade nicht geklappt. Bitte versuchen Sie es gleich noch einmal.
no-answer = Es kam keine Antwort, daher ist offen, ob es ausgeführt wurde. Sehen Sie nach, wie es steht, bevor Sie es erneut versuchen.
forbidden = Ihre Rolle erlaubt das nicht.
stands-differently = Inzwischen steht es anders. Sehen Sie noch einmal nach.
slot-taken = Ein anderes Fragment steht an diesem Platz der Seite. Dessen Team muss zuerst ein Release an einem anderen Platz ausliefern. Was inzwischen schadet, lässt sich abschalten.
not-understood = Andere auf der Seite würden es nicht verstehen. Sein Team muss ein anderes Release ausliefern.
reason-refused = Dieser Grund lässt sich nicht festhalten. Schreiben Sie eine Zeile ohne Steuerzeichen.

# The door
door = Wer hat Dienst?
door-text = Diese Seite ist für Operatoren. Konten dafür werden auf dem Server angelegt, mit „gateway operator add“.
email = E-Mail
password = Passwort
show-password = Passwort anzeigen
hide-password = Passwort verbergen
sign-in = Anmelden
sign-out = Abmelden
signed-out = Ihre Sitzung ist beendet. Melden Sie sich erneut an.
sign-out-failed = Der Server weiß noch nicht, dass Sie sich abgemeldet haben. Melden Sie sich erneut an und ab.
door-empty = Geben Sie E-Mail und Passwort ein.
door-wrong = E-Mail oder Passwort ist falsch.
door-too-many = Zu viele Versuche. Warten Sie eine Viertelstunde.
role-developer = Entwicklung
role-viewer = Ansicht
role-support = Support
role-risk = Risiko
role-admin = Admin
may-look = Sie dürfen nachsehen. Abschalten und Zurückrollen braucht die Rolle „risk“, alles andere die Rolle „admin“.
may-stop = Sie dürfen abschalten und zurückrollen. Einschalten und Livestellen braucht die Rolle „admin“.

# The fragments
releases-failed = Die Releases lassen sich nicht anzeigen
releases-failed-text = Die Seiten laufen weiter. Wir versuchen es weiter, und Sie können es auch.
nothing = Keine Fragmente
nothing-text = Weder der Floor noch ein Team hat eines gebracht.
fragments = Fragmente
stands-live = Live
stands-off = Abgeschaltet
stands-nothing = Nicht live
live = Live-Release
previous = Rollt zurück auf
none = keines
since = seit { $when }
off-because = Abgeschaltet von { $who } am { $when }: { $reason }
of-fragment = { $fragment } { $version }
kill = Abschalten
revive = Einschalten
rollback = Zurückrollen
promote = Live stellen
published =
    { $count ->
        [one] 1 veröffentlichtes Release
       *[other] { $count } veröffentlichte Releases
    }
published-by = { $who }, { $when }

# The questions
kill-question = { $fragment } abschalten?
kill-text = Es verschwindet binnen Sekunden von jeder offenen Seite und wird von niemandem geladen, bis es wieder eingeschaltet wird, was auch immer inzwischen veröffentlicht wird.
kill-yes = Für alle abschalten
kill-done = { $fragment } ist abgeschaltet.
revive-question = { $fragment } einschalten?
revive-text = Offene Seiten laden binnen Sekunden wieder sein Live-Release.
revive-yes = Für alle einschalten
revive-done = { $fragment } ist wieder an.
rollback-question = { $fragment } zurückrollen?
rollback-text = Release { $version } wird wieder live, und offene Seiten wechseln dorthin. Das jetzige bleibt veröffentlicht.
rollback-yes = Zurück auf { $version }
rollback-done = { $fragment } ist zurück auf { $version }.
promote-question = { $fragment } { $version } live stellen?
promote-text = Offene Seiten wechseln dorthin, sobald Spieler nichts verlieren. Was jetzt live ist, wird das, worauf es zurückrollt.
promote-yes = { $version } live stellen
promote-done = { $fragment } { $version } ist live.
reason = Warum?
reason-hint = Andere Operatoren und das Team lesen das im Verlauf.
reason-empty = Sagen Sie, warum.
reason-long = Sagen Sie es in 300 Zeichen.

# The history
history = Verlauf
history-of = Von
history-all = allen Fragmenten
history-empty = Noch nichts
history-empty-text = Was veröffentlicht, live gestellt, zurückgerollt oder geschaltet wird, erscheint hier.
history-failed = Der Verlauf lässt sich nicht anzeigen
earlier = Früheres
the-floors = das Release des Floors
did-publish = { $who } hat { $fragment } { $version } veröffentlicht
did-promote = { $who } hat { $fragment } { $version } live gestellt
did-rollback = { $who } hat { $fragment } auf { $version } zurückgerollt
did-kill = { $who } hat { $fragment } abgeschaltet
did-revive = { $who } hat { $fragment } eingeschaltet

# Canaries
canary = Canary
canary-by = { $who }, seit { $when }
canary-share = Zu sehen für
share-of = { $share } von { $of } Geräten
share-in = { $share }, nur in { $markets }
end-canary = Canary beenden
end-canary-question = Canary von { $fragment } beenden?
end-canary-text = Wer es sieht, wechselt binnen Sekunden zurück zum Live-Release. Es bleibt veröffentlicht.
end-canary-yes = Allen das Live-Release zeigen
end-canary-done = Alle sehen wieder { $fragment } { $version }.
did-canary = { $who } zeigt { $fragment } { $version } auf { $share }
did-end-canary = { $who } hat den Canary { $fragment } { $version } beendet
the-gateway = Das Gateway
crashed-of = { $crashes } von { $mounts } Starts abgestürzt
evidence = Belege, dass es schlechter läuft
evidence-of = { $percent } dessen, was es beendet
untold = Wie es läuft, ist noch nicht bekannt.
unjudged = Es wird nicht beurteilt: Zum Vergleich ist kein Release live.
told-since = Seit der Canary begann
told-day = In den letzten 24 Stunden
half-within = Die Hälfte der Starts in
nine-within = 9 von 10 Starts in

# Wie es ihnen geht
health = Zustand
health-span = Über
span-day = 24 Stunden
span-week = 7 Tage
span-month = 30 Tage
health-empty = Nichts berichtet
health-empty-text = Keine Seite hat in dieser Zeit davon berichtet. Es erscheint hier Sekunden, nachdem jemand es auf einer Seite hat.
health-failed = Der Zustand lässt sich nicht anzeigen
health-mounts = Starts
health-crashes = Abgestürzte Starts
health-degraded = Eingeschränkte Starts
health-failed-loads = Gescheitertes Laden
health-mount-ms = Startzeit, ms
health-poor = Schlechte Seiten
whole-mounts = { $n }
whole-crashes = { $n } von { $mounts }
whole-degraded = { $n } von { $mounts }
whole-failed-loads = { $n }
whole-mount-ms = 9 von 10 in { $n } ms
whole-poor = { $n } von { $pages }
plot-words = { $what }, Höchstwert: { $when }
health-changes = Gestrichelt, wo ein anderes Release live wurde: { $changes }
as-table = Als Tabelle
health-when = Ab
health-release = Wurde live

# Inspections
inspect = Seiten inspizieren
inspect-done = Acht Stunden lang bringt jede Seite in diesem Browser den Inspektor mit: Strg Alt I öffnet und schließt ihn.
inspect-open = Den Floor damit öffnen
