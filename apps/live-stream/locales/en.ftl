# The lobby
lobby-title = Live tables
lobby-lead = Real dealers, real rounds, play money.
all-tables = All tables
lobby-offline = The studio has not answered since { $time }. These are the tables as they were then; the page picks up again by itself.
lobby-empty = No tables yet
lobby-empty-hint = As soon as the studio opens a table it appears here.
lobby-error = The tables can’t be loaded
lobby-error-hint = We keep trying. Your wallet and your promotions work as usual.
try-again = Try again
loading = Loading
live = Live
offline = Offline
roulette = Roulette
baccarat = Baccarat
limits = { $min } – { $max }
seated =
    { $count ->
        [one] { $count } player
       *[other] { $count } players
    }

# The table
dealer = Dealer { $name }
table-missing = This table doesn’t exist
table-missing-hint = It may have closed. Have a look at the others.
second-table-open = Add a second table
second-table-close = Close this table
connecting = Connecting to the studio …
feed-lost = Connection to the studio lost at { $time }. Your bets are safe: accepted bets stand, and the round is settled without you. We are reconnecting.
video = Live video of the table
still = Still picture
video-frozen = Video paused, the game goes on
video-lag = { $seconds } s behind

# The round
time-left = Time left
phase-open = Place your bets
phase-closing = Last bets
phase-closed = No more bets
phase-spinning = The ball is rolling
phase-dealing = Cards are being dealt
phase-result = Result
phase-settled = Bets are paid
phase-cancelled = Round cancelled
phase-unknown = Waiting for the studio
announce-open =
    { $count ->
        [one] Place your bets, { $count } second
       *[other] Place your bets, { $count } seconds
    }
announce-left =
    { $count ->
        [one] { $count } second left
       *[other] { $count } seconds left
    }
round-cancelled = This round was cancelled. All bets are returned.
paid-cancelled = Bets returned: { $amount }
paid-won = You won { $won } on a stake of { $staked }
paid-lost = No win this round. You staked { $staked }

# Betting
my-bets = My bets
balance = To bet with
chip-to-bet = Chip to bet with
undo = Undo
clear = Clear
double = Double
repeat = Repeat
visitor = You are watching as a guest.
sign-in = Sign in to bet
message-sign-in = Sign in first, then place your bet.
message-limits = Stakes on one spot go from { $min } to { $max }.
message-no-feed = No connection to the studio: nothing was placed.
message-no-launch = Betting is not available right now. Nothing was placed; we keep trying.
message-unconfirmed = Your last bet was not confirmed before the connection was lost. Your wallet’s history shows what counts.
message-round-closed = Too late: no more bets in this round.
message-insufficient-funds = Your balance is not enough for this bet.
message-player-limit = Your limits don’t allow this bet now. The wallet says why.
message-wallet-unavailable = Your wallet did not answer in time. The bet was taken back.
message-refused = The table did not take this bet.
cloth = Betting layout
spot = { $spot }, pays { $pays } to 1
spot-staked = { $spot }, pays { $pays } to 1, your stake { $stake }

# Roulette
last-numbers = Last numbers
number-zero = Zero { $number }
number-red = Red { $number }
number-black = Black { $number }
spot-red = Red
spot-black = Black
spot-odd = Odd
spot-even = Even
spot-range = { $first } – { $last }
spot-column = Column { $number }
spot-split = Split { $numbers }
spot-street = Street { $numbers }
spot-corner = Corner { $numbers }
spot-line = Line { $numbers }
more-bets = More bets
splits = Splits
streets = Streets
corners = Corners
lines = Lines

# Baccarat
player = Player
banker = Banker
tie = Tie
player-pair = Player pair
banker-pair = Banker pair
player-initial = P
banker-initial = B
tie-initial = T
odds = { $pays } to 1
odds-banker = 0.95 to 1
spot-odds = { $spot }, pays { $odds }
spot-odds-staked = { $spot }, pays { $odds }, your stake { $stake }
bead-road = Bead road
player-wins = Player wins, { $player } to { $banker }
banker-wins = Banker wins, { $banker } to { $player }
tie-wins = Tie, { $player } to { $banker }
