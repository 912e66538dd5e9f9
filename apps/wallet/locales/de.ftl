# Everywhere
wallet = Wallet
play-money = Spielgeld
loading = Wird geladen
try-again = Erneut versuchen
back = Zurück
unavailable = Das hat gerade nicht geklappt. Bitte versuchen Sie es gleich noch einmal.
no-connection = Keine Verbindung. Prüfen Sie Ihr Netzwerk und versuchen Sie es erneut.
too-many = Zu viele Versuche. Bitte warte eine Minute.

# Getting in and out
welcome = Nehmen Sie Platz
welcome-text = Live-Tische mit Spielgeld. Es kostet nichts, und es geht um nichts als das Spiel.
play-demo = Mit Demo-Spieler spielen
demo-text = Ein Klick: ein neuer Spieler mit Spielgeld, ganz ohne Angaben.
or = oder
account = Ihr Konto
sign-in = Anmelden
sign-up = Registrieren
sign-out = Abmelden
create-account = Konto erstellen
sign-in-wanted = Wählen Sie zuerst, wie Sie spielen möchten: Der Demo-Spieler ist nur einen Klick entfernt.
name = Name
email = E-Mail
password = Passwort
password-hint = Mindestens 8 Zeichen.
show-password = Passwort anzeigen
hide-password = Passwort verbergen
name-invalid = Geben Sie einen Namen mit 1 bis 40 Zeichen ein.
email-invalid = Geben Sie eine Adresse wie name@example.com ein.
password-invalid = Verwenden Sie 8 bis 200 Zeichen.
password-missing = Geben Sie Ihr Passwort ein.
email-taken = Für diese Adresse gibt es schon ein Konto. Melden Sie sich stattdessen an.
wrong-credentials = E-Mail oder Passwort stimmt nicht.
account-locked = Dieses Konto ist gesperrt. Wenden Sie sich an den Support.
signed-out = Sie sind abgemeldet. Melden Sie sich an und versuchen Sie es erneut.
demo = Demo

# The balance
cash = Guthaben
bonus = Bonus
bonus-hint = Bonusgeld kann gesetzt, aber nicht ausgezahlt werden.
held = Zurückgelegt
held-hint = Für Auszahlungen zurückgelegt, die wir noch prüfen.
balance-announcement = Ihr Guthaben beträgt jetzt { $balance }.
balance-failed = Ihr Guthaben lässt sich gerade nicht anzeigen. Ihr Geld ist sicher, und wir versuchen es weiter.
stale-down = Das Wallet antwortet gerade nicht. Stand des Guthabens: { $age }.
stale-offline = Sie sind offline. Stand des Guthabens: { $age }.

# The gaming session
session-time = Spielzeit
session-net = Gewinn oder Verlust
limits = Limits und Pausen
block-time-out = Sie machen Pause bis { $when }. Einsätze, Einzahlungen und Aktionen sind gesperrt; auszahlen können Sie jederzeit.
block-excluded = Sie haben sich bis { $when } selbst gesperrt. Einsätze, Einzahlungen und Aktionen sind nicht möglich; auszahlen können Sie jederzeit.
refused-loss = Ihr letzter Einsatz wurde wegen Ihres Verlustlimits ({ $period }) von { $limit } abgelehnt. Bis { $when } bleiben { $left }.
refused-stake = Ihr letzter Einsatz wurde wegen Ihres Einsatzlimits ({ $period }) von { $limit } abgelehnt. Bis { $when } bleiben { $left }.
refused-time = Ihr letzter Einsatz wurde wegen Ihres Zeitlimits ({ $period }) von { $limit } abgelehnt. Bis { $when } bleiben { $left }.
limit-day = Tag
limit-week = Woche
limit-month = Monat

# The reality check
check-title = Zeit für einen Blick auf die Uhr
check-text = Diese Erinnerung kommt in dem Abstand, der in Ihren Limits steht. Der nächste Einsatz ist möglich, sobald Sie weiterspielen.
check-time = Spielzeit
check-net = Gewinn oder Verlust
check-continue = Weiterspielen
check-history = Verlauf ansehen
check-leave = Aufhören und abmelden
check-failed = Das kam nicht an, und der nächste Einsatz wartet darauf. Bitte versuchen Sie es erneut.
check-waiting = Ein Realitätscheck wartet auf Sie. Der nächste Einsatz ist möglich, sobald Sie ihn beantwortet haben.
check-open = Jetzt beantworten

# Paying in and out
move-money = Ein- oder auszahlen
deposit = Einzahlen
withdraw = Auszahlen
deposit-amount = Betrag der Einzahlung
withdraw-amount = Betrag der Auszahlung
withdraw-hint = Verfügbar: { $available }
quick-amounts = Schnellauswahl
amount-empty = Geben Sie einen Betrag ein.
amount-not-a-number = Geben Sie den Betrag in Ziffern ein, etwa 25 oder 12,50.
amount-too-fine = Diese Währung hat weniger Nachkommastellen.
amount-too-large = Dieser Betrag ist zu groß.
amount-zero = Der Betrag muss größer als null sein.
amount-refused = Dieser Betrag ist nicht möglich. Wählen Sie einen anderen.
insufficient-funds = Sie können höchstens { $available } auszahlen.
limit-reached = Damit würde ein Limit überschritten. Wählen Sie einen kleineren Betrag.
deposit-hint = Ihr Einzahlungslimit ({ $period }): bis { $when } bleiben { $left } von { $limit }.
deposit-limit = Damit würde Ihr Einzahlungslimit ({ $period }) von { $limit } überschritten. Bis { $when } können Sie { $left } einzahlen.
play-blocked = Während Ihrer Pause sind keine Einzahlungen möglich.
confirm-title = { $amount } auszahlen?
confirm-text = Eine Auszahlung lässt sich nicht zurücknehmen.
confirm-submit = { $amount } auszahlen
deposit-done = { $amount } eingezahlt. Ihr Guthaben: { $balance }.
withdraw-done = { $amount } ausgezahlt. Ihr Guthaben: { $balance }.
withdraw-held = { $amount } zurückgelegt. Wir prüfen die Auszahlung und zahlen sie dann aus. Ihr Guthaben: { $balance }.
unsure-deposit = Es kam keine Antwort, daher ist noch offen, ob { $amount } eingezahlt wurden. Erneut versuchen ist sicher: Es kann nicht doppelt geschehen.
unsure-withdraw = Es kam keine Antwort, daher ist noch offen, ob { $amount } ausgezahlt wurden. Erneut versuchen ist sicher: Es kann nicht doppelt geschehen.
leave-it = Dabei belassen

# The history
history = Verlauf
latest = Zuletzt
open-wallet = Ganzer Verlauf
filter-kind = Art
filter-period = Zeitraum
filter-all = Alle
filter-deposits = Einzahlungen
filter-withdrawals = Auszahlungen
filter-bets = Einsätze
filter-wins = Gewinne
filter-bonus = Bonus
period-day = 24 Stunden
period-week = 7 Tage
period-month = 30 Tage
period-all = Gesamt
kind-deposit = Einzahlung
kind-withdrawal = Auszahlung
kind-bet = Einsatz
kind-win = Gewinn
kind-rollback = Einsatz zurück
kind-bonus = Bonus
kind-promo-payout = Geschenk des Studios
kind-paid-out = Auszahlung überwiesen
kind-returned = Auszahlung zurückgebucht
total-in = Ein { $amount }
total-out = Aus { $amount }
balance-after = Guthaben danach:
show-more = Mehr anzeigen
history-empty = Noch nichts da
history-empty-text = Einzahlungen, Einsätze und Gewinne erscheinen hier, sobald es sie gibt.
history-failed = Der Verlauf lässt sich nicht anzeigen
history-failed-text = Es ist nichts verloren. Wir versuchen es weiter, und Sie können es auch.
