# Everywhere
promotions = Promotions
promotions-text = All with play money. Every condition stands on the card.
loading = Loading
try-again = Try again
stale = Promotions don’t answer right now. This is how they stood at { $time }.
offers-failed = Promotions can’t be shown right now
offers-failed-text = Your progress is safe. We keep trying.
offers-empty = Nothing on offer right now
offers-empty-text = New promotions appear here on their own.

# The card
reward-bonus = bonus money
reward-cash = cash
conditions = Conditions
wagering = Wagering
wagering-none = None
wagering-times = { $times } × the bonus
contribution = Counts towards it
contribution-of = Roulette { $roulette }, baccarat { $baccarat }
min-deposit = Minimum deposit
min-deposit-none = None needed
max-bet = Maximum bet
max-win = Maximum win
expires = Ends
eligible = Who can join
full-terms = Full terms
progress = Progress
progress-of = { $current } of { $target }
state-offered = Open
state-active = Taking part
state-earned = Earned
state-claimed = Claimed
state-expired = Ended

# Taking part
accept = I have read and accept the terms, version { $version }.
accept-first = Accept the terms to take part.
opt-in = Take part
claim = Claim { $amount }
credited = { $amount } is in your wallet.

# What can go wrong
offer-moved-on = This promotion has changed meanwhile. The card now shows where you stand.
terms-changed = The terms have a new version. Read and accept it to take part.
not-eligible = You can’t take part in this promotion right now.
offer-gone = This promotion no longer exists.
signed-out = You are signed out. Sign in and try again.
no-answer = No answer came. Try again: it can’t happen twice.
unavailable = That didn’t work just now. Please try again in a moment.
