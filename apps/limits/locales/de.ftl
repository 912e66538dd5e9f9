# Everywhere
limits = Limits und Pausen
limits-text = Legen Sie vorher fest, mit wie viel Geld und Zeit Sie spielen. Strengeres gilt sofort; Lockereres braucht einen Tag und eine zweite Bestätigung.
loading = Wird geladen
try-again = Erneut versuchen
back = Zurück
save = Speichern
visitor = Limits gehören zu einem Spieler
visitor-text = Melden Sie sich an oder spielen Sie mit einem Demo-Spieler, um Ihre Limits zu sehen und festzulegen.
sign-in = Anmelden oder Demo spielen
stale = Die Limits antworten gerade nicht. So standen sie um { $time }.
limits-failed = Ihre Limits lassen sich nicht anzeigen
limits-failed-text = Sie gelten trotzdem. Wir versuchen es weiter, und Sie können es auch.
unavailable = Das hat gerade nicht geklappt. Bitte versuchen Sie es gleich noch einmal.
no-answer = Es kam keine Antwort, daher ist noch offen, ob es gespeichert wurde. Erneut versuchen ist sicher.
signed-out = Sie sind abgemeldet. Melden Sie sich an und versuchen Sie es erneut.
conflict = Das hat sich inzwischen geändert. Bitte sehen Sie es sich noch einmal an.
value-refused = Dieser Wert ist nicht möglich. Wählen Sie einen anderen.
break-conflict = Es gilt bereits eine längere Pause.

# The limits
kind-deposit = Einzahlungen
kind-deposit-text = Was Sie einzahlen.
kind-loss = Verluste
kind-loss-text = Was Sie setzen, abzüglich dessen, was Sie gewinnen.
kind-stake = Einsätze
kind-stake-text = Was Sie insgesamt setzen, gewonnen oder verloren.
kind-time = Zeit
kind-time-text = Wie lange Sie spielen.
per-day = pro Tag
per-week = pro Woche
per-month = pro Monat
no-limit = kein Limit
set = Festlegen
change = Ändern
used = Verbraucht
used-of = { $used } von { $limit }, neu ab { $when }
used-so-far = Bisher { $used }
amount-label = Neues Limit
minutes-label = Neues Limit in Minuten
amount-empty = Geben Sie einen Betrag ein.
amount-not-a-number = Geben Sie den Betrag in Ziffern ein, etwa 25 oder 12,50.
amount-too-fine = Diese Währung hat weniger Nachkommastellen.
amount-too-large = Das ist zu groß.
minutes-empty = Geben Sie eine Anzahl Minuten ein.
minutes-not-a-number = Geben Sie ganze Minuten in Ziffern ein, etwa 90.
effect-hint = Ein niedrigeres Limit gilt sofort. Ein höheres können Sie nach 24 Stunden bestätigen.
effect-nothing = Das ist bereits Ihr Limit.
effect-at-once = { $limit } gilt sofort.
effect-later = { $limit } ist höher: Sie können es nach 24 Stunden bestätigen, und bis dahin gilt das jetzige Limit.
remove-limit = Limit entfernen
limit-holds = Gespeichert. Ab jetzt gilt: { $limit }
increase-asked = Vorgemerkt. Sie können es ab { $when } bestätigen; bis dahin gilt das jetzige Limit.
increase-waits = Gewünscht: { $limit } – Sie können es ab { $when } bestätigen; bis dahin gilt das jetzige Limit.
increase-ripe = Gewünscht: { $limit } – es gilt, sobald Sie es bestätigen.
increase-confirm = Höheres Limit bestätigen
increase-cancel = Jetziges Limit behalten
increase-cancelled = Das jetzige Limit bleibt.

# The reality check
check = Realitätscheck
check-text = Nach dieser Zeit an den Tischen sehen Sie, wie lange Sie gespielt haben und was dabei herauskam. Der nächste Einsatz wartet auf Ihre Antwort.
check-interval = Zeit zwischen den Realitätschecks
check-saved = Gespeichert. Zeit zwischen den Realitätschecks: { $time }

# Breaks
break = Eine Pause machen
break-text = Eine Zeit lang keine Einsätze, Einzahlungen oder Aktionen. Auszahlen können Sie die ganze Zeit.
break-length = Länge der Pause
take-break = Pause machen
length-day = 24 Stunden
length-week = 1 Woche
length-month = 1 Monat
length-six-weeks = 6 Wochen
break-question = Für { $length } pausieren?
break-yes = Für { $length } pausieren
exclusion = Selbstsperre
exclusion-text = Wenn Ihnen das Spielen nicht guttut, können Sie sich für ein halbes Jahr oder länger selbst sperren.
exclusion-length = Länge der Selbstsperre
exclude = Mich selbst sperren
months =
    { $count ->
        [one] 1 Monat
       *[other] { $count } Monate
    }
years =
    { $count ->
        [one] 1 Jahr
       *[other] { $count } Jahre
    }
exclusion-question = Sich für { $length } selbst sperren?
exclusion-yes = Mich für { $length } sperren
consequences = Das geschieht:
consequence-now = Einsätze, Einzahlungen und Aktionen sind sofort gesperrt, in jedem Fenster und auf jedem Gerät.
consequence-open = Offene Einsätze werden abgerechnet, und Sie können Ihr Geld jederzeit auszahlen.
consequence-final = Das lässt sich nicht zurücknehmen oder verkürzen, auch nicht von uns.
blocked-time-out = Sie machen Pause bis { $when }. Einsätze, Einzahlungen und Aktionen sind gesperrt; auszahlen können Sie jederzeit.
blocked-excluded = Sie haben sich bis { $when } selbst gesperrt. Einsätze, Einzahlungen und Aktionen sind nicht möglich; auszahlen können Sie jederzeit.
