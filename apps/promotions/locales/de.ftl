# Everywhere
promotions = Aktionen
promotions-text = Alles mit Spielgeld. Jede Bedingung steht auf der Karte.
loading = Wird geladen
try-again = Erneut versuchen
stale = Die Aktionen antworten gerade nicht. Stand der Anzeige: { $time }.
offers-failed = Die Aktionen lassen sich gerade nicht anzeigen
offers-failed-text = Ihr Fortschritt ist sicher. Wir versuchen es weiter.
offers-empty = Zurzeit keine Aktionen
offers-empty-text = Neue Aktionen erscheinen hier von selbst.

# The card
reward-bonus = Bonusgeld
reward-cash = Guthaben
conditions = Bedingungen
wagering = Umsatz
wagering-none = Keiner
wagering-times = { $times } × der Bonus
contribution = Anrechnung
contribution-of = Roulette { $roulette }, Baccara { $baccarat }
min-deposit = Mindesteinzahlung
min-deposit-none = Keine nötig
max-bet = Höchsteinsatz
max-win = Höchstgewinn
expires = Endet
eligible = Wer mitmachen kann
full-terms = Vollständige Bedingungen
progress = Fortschritt
progress-of = { $current } von { $target }
state-offered = Offen
state-active = Sie sind dabei
state-earned = Verdient
state-claimed = Abgeholt
state-expired = Beendet

# Taking part
accept = Ich habe die Bedingungen, Version { $version }, gelesen und akzeptiere sie.
accept-first = Akzeptieren Sie die Bedingungen, um mitzumachen.
opt-in = Mitmachen
claim = { $amount } abholen
credited = { $amount } sind in Ihrem Wallet.

# What can go wrong
offer-moved-on = Diese Aktion hat sich inzwischen geändert. Die Karte zeigt jetzt den aktuellen Stand.
terms-changed = Die Bedingungen haben eine neue Version. Lesen und akzeptieren Sie sie, um mitzumachen.
not-eligible = Sie können an dieser Aktion gerade nicht teilnehmen.
offer-gone = Diese Aktion gibt es nicht mehr.
signed-out = Sie sind abgemeldet. Melden Sie sich an und versuchen Sie es erneut.
no-answer = Es kam keine Antwort. Versuchen Sie es erneut: Es kann nicht doppelt geschehen.
unavailable = Das hat gerade nicht geklappt. Bitte versuchen Sie es gleich noch einmal.
