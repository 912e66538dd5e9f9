# Die Seite um die Fragmente.
skip = Zum Inhalt springen
nav-label = Hauptmenü
nav-home = Start
nav-live = Live
nav-wallet = Konto
nav-promotions = Aktionen
language = Sprache
theme = Zwischen hell und dunkel wechseln
title-home = Die Tische sind eröffnet
title-wallet = Konto
title-live = Live-Tische
title-promotions = Aktionen
title-not-found = Diese Seite gibt es nicht
lead-home = Live-Roulette und Baccarat, rund um die Uhr. Alles mit Spielgeld.
slot-wallet = Konto
slot-live = Live-Tische
slot-live-2 = Zweiter Live-Tisch
slot-promotions = Aktionen
not-found-text = Die Adresse führt nirgendwohin, oder das Ziel ist umgezogen.
not-found-home = Zurück zu den Tischen
connection-lost = Die Verbindung ist unterbrochen. Wir versuchen es weiter; die Anzeige kann veraltet sein.
page-failed = Die Seite konnte nicht gestartet werden.
page-reload = Neu laden
no-script = Diese Seite braucht JavaScript.
footer-play = Nur Spielgeld.
footer-no-value = Es hat keinen Wert und wird nie ausgezahlt.
footer-care = Für Erwachsene. Machen Sie Pausen und hören Sie auf, solange es Spaß macht.

# Die Karte anstelle eines Teils, der ausgefallen ist.
card-title = { $name } macht gerade Pause
card-unreachable = Dieser Teil der Seite konnte nicht geladen werden.
card-crashed = Dieser Teil der Seite ist mehrmals hintereinander ausgefallen.
card-refused = Was für diesen Teil geliefert wurde, ist nicht echt und wurde deshalb nicht gestartet.
card-rest = Alles andere auf der Seite funktioniert weiter, und Ihr Geld ist sicher.
card-balance = Letzter bekannter Kontostand: { $amount } ({ $time })
card-retry = Erneut versuchen
