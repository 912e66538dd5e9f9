# Everywhere
account = Ihr Konto
account-text = Ihre Angaben, Ihr Passwort, wo Sie angemeldet sind und was über Sie gespeichert ist.
loading = Wird geladen
try-again = Erneut versuchen
back = Zurück
unavailable = Das hat gerade nicht geklappt. Bitte versuchen Sie es gleich noch einmal.
no-connection = Keine Verbindung. Prüfen Sie Ihr Netzwerk und versuchen Sie es erneut.
too-many = Zu viele Versuche. Bitte warten Sie eine Minute.
stale = Ihr Konto antwortet gerade nicht. Stand: { $time }.
account-failed = Ihr Konto lässt sich gerade nicht anzeigen
account-failed-text = Es ist nichts verloren. Wir versuchen es weiter.

# Nobody is here
signed-out = Sie sind abgemeldet
signed-out-text = Melden Sie sich an, um Ihr Konto zu sehen.
session-ended-text = Diese Sitzung wurde beendet, hier oder auf einem anderen Gerät. Melden Sie sich an, um fortzufahren.
sign-in = Anmelden

# A demo player
demo-title = Sie spielen mit einem Demo-Spieler
demo-text = Ein Demo-Spieler besteht nur für diese Sitzung und hat weder Angaben noch Passwort. Wenn Sie ein Konto behalten möchten, melden Sie sich ab und erstellen Sie eines.

# Details
details = Angaben
sign-in-email = Sie melden sich an mit
name = Name
contact-email = E-Mail für Nachrichten
contact-email-hint = Leer lassen, wenn wir an die Adresse schreiben dürfen, mit der Sie sich anmelden.
phone = Telefon
phone-hint = Mit Ländervorwahl, etwa +49 30 123456.
address = Postanschrift
address-hint = So, wie sie auf einem Umschlag steht.
language = Sprache unserer Nachrichten
language-hint = Die Sprache dieser Seite wählen Sie oben.
language-any = Keine Auswahl
save = Speichern
saved = Ihre Angaben sind gespeichert.
member-since = Konto erstellt am { $date }
name-invalid = Geben Sie einen Namen mit 1 bis 40 Zeichen ein.
email-invalid = Geben Sie eine Adresse wie name@example.com ein.
phone-invalid = Geben Sie + und 7 bis 15 Ziffern ein.
address-invalid = Geben Sie höchstens 8 Zeilen und 300 Zeichen ein.
details-newer = Diese Angaben wurden in einem anderen Tab oder auf einem anderen Gerät geändert. Hier ist noch nichts gespeichert.
take-newer = Die neueren zeigen
keep-mine = Meine speichern

# Password
password = Passwort
password-text = Wenn Sie es ändern, werden alle anderen Geräte abgemeldet.
current-password = Aktuelles Passwort
new-password = Neues Passwort
new-password-hint = Mindestens 8 Zeichen und nicht das aktuelle.
show-password = Passwort anzeigen
hide-password = Passwort verbergen
change-password = Passwort ändern
password-changed = Ihr Passwort ist geändert. Alle anderen Geräte sind abgemeldet.
current-password-wrong = Das ist nicht Ihr aktuelles Passwort.
current-password-missing = Geben Sie Ihr aktuelles Passwort ein.
new-password-invalid = Verwenden Sie 8 bis 200 Zeichen und nicht Ihr aktuelles Passwort.
password-too-many = Zu viele Versuche. Bitte warten Sie eine Viertelstunde.

# Where the player is signed in
sessions = Wo Sie angemeldet sind
sessions-text = Zu jeder Sitzung speichern wir Browser, System und diese Zeiten, aber keine Netzwerkadresse.
device = { $browser } unter { $system }
unknown-device = Unbekanntes Gerät
this-device = Dieses Gerät
active-now = jetzt
session-times = Angemeldet { $begun } · zuletzt aktiv { $seen }
sign-out = Abmelden
end-session = { $device } abmelden
sign-out-everywhere = Überall abmelden
confirm-title = Überall abmelden?
confirm-text = Alle Geräte werden sofort abgemeldet, auch dieses, und offene Tische werden verlassen. Gesetzte Einsätze werden noch abgerechnet.

# What is held
export = Ihre Daten
export-text = Eine Datei mit allem, was über Sie gespeichert ist: Konto, Sitzungen, jede Bewegung in Ihrem Wallet, Aktionen und Tische.
export-download = Als Datei herunterladen
export-begun = Ihr Download hat begonnen.
export-later = Sie können sie um { $time } erneut herunterladen.
