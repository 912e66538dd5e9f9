# The lobby
lobby-title = Live-Tische
lobby-lead = Echte Dealer, echte Runden, Spielgeld.
all-tables = Alle Tische
lobby-offline = Das Studio antwortet seit { $time } nicht. Zu sehen ist der Stand der Tische zu diesem Zeitpunkt; die Seite macht von selbst weiter.
lobby-empty = Noch keine Tische
lobby-empty-hint = Sobald das Studio einen Tisch öffnet, erscheint er hier.
lobby-error = Die Tische lassen sich nicht laden
lobby-error-hint = Wir versuchen es weiter. Wallet und Aktionen funktionieren wie gewohnt.
try-again = Erneut versuchen
loading = Wird geladen
live = Live
offline = Offline
roulette = Roulette
baccarat = Baccara
limits = { $min } – { $max }
seated =
    { $count ->
        [one] { $count } Spieler
       *[other] { $count } Spieler
    }

# The table
dealer = Dealer { $name }
table-missing = Diesen Tisch gibt es nicht
table-missing-hint = Vielleicht wurde er geschlossen. Schauen Sie sich die anderen an.
second-table-open = Zweiten Tisch dazu
second-table-close = Diesen Tisch schließen
connecting = Verbindung zum Studio …
feed-lost = Die Verbindung zum Studio ist seit { $time } unterbrochen. Ihre Einsätze sind sicher: Angenommene Einsätze gelten, die Runde wird auch ohne Sie abgerechnet. Wir verbinden neu.
video = Live-Video des Tisches
still = Standbild
video-frozen = Video steht, das Spiel läuft
video-lag = { $seconds } s Verzögerung

# The round
time-left = Verbleibende Zeit
phase-open = Ihre Einsätze, bitte
phase-closing = Letzte Einsätze
phase-closed = Nichts geht mehr
phase-spinning = Die Kugel rollt
phase-dealing = Die Karten werden gegeben
phase-result = Ergebnis
phase-settled = Einsätze sind abgerechnet
phase-cancelled = Runde abgebrochen
phase-unknown = Warten auf das Studio
announce-open =
    { $count ->
        [one] Ihre Einsätze, bitte, { $count } Sekunde
       *[other] Ihre Einsätze, bitte, { $count } Sekunden
    }
announce-left =
    { $count ->
        [one] Noch { $count } Sekunde
       *[other] Noch { $count } Sekunden
    }
round-cancelled = Diese Runde wurde abgebrochen. Alle Einsätze werden zurückgegeben.
paid-cancelled = Einsätze zurück: { $amount }
paid-won = Gewonnen: { $won } bei { $staked } Einsatz
paid-lost = Diesmal kein Gewinn. Einsatz: { $staked }

# Betting
my-bets = Meine Einsätze
balance = Zum Setzen
chip-to-bet = Chip zum Setzen
undo = Rückgängig
clear = Abräumen
double = Verdoppeln
repeat = Wiederholen
visitor = Sie schauen als Gast zu.
sign-in = Anmelden und setzen
message-sign-in = Melden Sie sich zuerst an, dann setzen Sie.
message-limits = Pro Feld sind { $min } bis { $max } möglich.
message-no-feed = Keine Verbindung zum Studio: Es wurde nichts gesetzt.
message-no-launch = Setzen ist gerade nicht möglich. Es wurde nichts gesetzt; wir versuchen es weiter.
message-unconfirmed = Ihr letzter Einsatz wurde vor dem Verbindungsabbruch nicht bestätigt. Was gilt, steht im Verlauf Ihres Wallets.
message-round-closed = Zu spät: In dieser Runde geht nichts mehr.
message-insufficient-funds = Ihr Guthaben reicht für diesen Einsatz nicht.
message-player-limit = Ihre Limits lassen diesen Einsatz jetzt nicht zu. Das Wallet sagt, warum.
message-wallet-unavailable = Ihr Wallet hat nicht rechtzeitig geantwortet. Der Einsatz wurde zurückgenommen.
message-refused = Der Tisch hat diesen Einsatz nicht angenommen.
cloth = Setzfeld
spot = { $spot }, zahlt { $pays } zu 1
spot-staked = { $spot }, zahlt { $pays } zu 1, Ihr Einsatz { $stake }

# Roulette
last-numbers = Letzte Zahlen
number-zero = Null { $number }
number-red = Rot { $number }
number-black = Schwarz { $number }
spot-red = Rot
spot-black = Schwarz
spot-odd = Ungerade
spot-even = Gerade
spot-range = { $first } – { $last }
spot-column = Kolonne { $number }
spot-split = Cheval { $numbers }
spot-street = Transversale { $numbers }
spot-corner = Carré { $numbers }
spot-line = Transversale simple { $numbers }
more-bets = Weitere Einsätze
splits = Cheval
streets = Transversale
corners = Carré
lines = Transversale simple

# Baccarat
player = Spieler
banker = Bank
tie = Unentschieden
player-pair = Spielerpaar
banker-pair = Bankpaar
player-initial = S
banker-initial = B
tie-initial = U
odds = { $pays } zu 1
odds-banker = 0,95 zu 1
spot-odds = { $spot }, zahlt { $odds }
spot-odds-staked = { $spot }, zahlt { $odds }, Ihr Einsatz { $stake }
bead-road = Perlenstraße
player-wins = Spieler gewinnt { $player } zu { $banker }
banker-wins = Bank gewinnt { $banker } zu { $player }
tie-wins = Unentschieden, { $player } zu { $banker }
