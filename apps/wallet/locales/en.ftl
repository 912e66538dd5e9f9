# Everywhere
wallet = Wallet
play-money = Play money
loading = Loading
try-again = Try again
back = Back
unavailable = That didn’t work just now. Please try again in a moment.
no-connection = There is no connection. Check your network and try again.
too-many = Too many attempts. Please wait a minute.

# Getting in and out
welcome = Take a seat
welcome-text = Live tables with play money. Nothing to pay, nothing to win but the game.
play-demo = Play with a demo player
demo-text = One click: a fresh player with play money, no details asked.
or = or
account = Your account
sign-in = Sign in
sign-up = Sign up
sign-out = Sign out
create-account = Create account
sign-in-wanted = Choose how to play first: a demo player is one click away.
name = Name
email = Email
password = Password
password-hint = At least 8 characters.
show-password = Show password
hide-password = Hide password
name-invalid = Enter a name of 1 to 40 characters.
email-invalid = Enter an address like name@example.com.
password-invalid = Use 8 to 200 characters.
password-missing = Enter your password.
email-taken = This address already has an account. Sign in instead.
wrong-credentials = Email or password is not right.
account-locked = This account is locked. Write to support.
signed-out = You are signed out. Sign in and try again.
demo = Demo

# The balance
cash = Balance
bonus = Bonus
bonus-hint = Bonus money can be bet, not withdrawn.
held = Set aside
held-hint = Set aside for withdrawals that we still check.
balance-announcement = Your balance is now { $balance }.
balance-failed = Your balance can’t be shown right now. Your money is safe; we keep trying.
stale-down = The wallet doesn’t answer right now. This is your balance as of { $age }.
stale-offline = You are offline. This is your balance as of { $age }.

# The gaming session
session-time = Playing for
session-net = Won or lost
limits = Limits and breaks
block-time-out = You are taking a break until { $when }. Bets, deposits and promotions are blocked; you can withdraw at any time.
block-excluded = You have excluded yourself until { $when }. Bets, deposits and promotions are blocked; you can withdraw at any time.
refused-loss = Your last bet was refused by your loss limit ({ $period }) of { $limit }. Until { $when } there is { $left } left.
refused-stake = Your last bet was refused by your stake limit ({ $period }) of { $limit }. Until { $when } there is { $left } left.
refused-time = Your last bet was refused by your time limit ({ $period }) of { $limit }. Until { $when } there is { $left } left.
limit-day = day
limit-week = week
limit-month = month

# The reality check
check-title = Time for a look at the clock
check-text = This reminder comes at the interval set in your limits. The next bet is possible once you continue.
check-time = Playing for
check-net = Won or lost
check-continue = Continue playing
check-history = See the history
check-leave = Stop and sign out
check-failed = That did not get through, and the next bet waits for it. Please try again.
check-waiting = A reality check is waiting for you. The next bet is possible once you have answered it.
check-open = Answer it

# Paying in and out
move-money = Pay in or out
deposit = Deposit
withdraw = Withdraw
deposit-amount = Amount to deposit
withdraw-amount = Amount to withdraw
withdraw-hint = Available: { $available }
quick-amounts = Quick amounts
amount-empty = Enter an amount.
amount-not-a-number = Enter an amount in digits, like 25 or 12.50.
amount-too-fine = This currency has fewer decimals than that.
amount-too-large = That amount is too large.
amount-zero = The amount must be more than zero.
amount-refused = This amount is not possible. Choose another one.
insufficient-funds = You can withdraw at most { $available }.
limit-reached = This would go over a limit. Choose a smaller amount.
deposit-hint = Your deposit limit ({ $period }): { $left } of { $limit } is left until { $when }.
deposit-limit = This would go past your deposit limit ({ $period }) of { $limit }. Until { $when } you can deposit { $left }.
play-blocked = No deposits during your break.
confirm-title = Withdraw { $amount }?
confirm-text = A withdrawal can’t be taken back.
confirm-submit = Withdraw { $amount }
deposit-done = { $amount } deposited. Your balance is { $balance }.
withdraw-done = { $amount } withdrawn. Your balance is { $balance }.
withdraw-held = { $amount } set aside. We check the withdrawal and then pay it out. Your balance is { $balance }.
unsure-deposit = No answer came, so we don’t know yet whether { $amount } was deposited. Trying again is safe: it can’t happen twice.
unsure-withdraw = No answer came, so we don’t know yet whether { $amount } was withdrawn. Trying again is safe: it can’t happen twice.
leave-it = Leave it

# The history
history = History
latest = Latest
open-wallet = Full history
filter-kind = Kind
filter-period = Period
filter-all = All
filter-deposits = Deposits
filter-withdrawals = Withdrawals
filter-bets = Bets
filter-wins = Wins
filter-bonus = Bonus
period-day = 24 hours
period-week = 7 days
period-month = 30 days
period-all = All time
kind-deposit = Deposit
kind-withdrawal = Withdrawal
kind-bet = Bet
kind-win = Win
kind-rollback = Bet returned
kind-bonus = Bonus
kind-promo-payout = Gift from the studio
kind-paid-out = Withdrawal paid out
kind-returned = Withdrawal returned
total-in = In { $amount }
total-out = Out { $amount }
balance-after = Balance after:
show-more = Show more
history-empty = Nothing here yet
history-empty-text = Deposits, bets and wins appear here as they happen.
history-failed = The history can’t be shown
history-failed-text = Nothing is lost. We keep trying, and so can you.
