# Everywhere
limits = Limits and breaks
limits-text = Decide beforehand how much money and time you play with. What is stricter holds at once; what is looser takes a day and a second confirmation.
loading = Loading
try-again = Try again
back = Back
save = Save
visitor = Limits belong to a player
visitor-text = Sign in, or play with a demo player, to see and set yours.
sign-in = Choose how to play
stale = The limits don’t answer right now. This is how they stood at { $time }.
limits-failed = Your limits can’t be shown
limits-failed-text = They hold all the same. We keep trying, and so can you.
unavailable = That didn’t work just now. Please try again in a moment.
no-answer = No answer came, so we don’t know yet whether it was saved. Trying again is safe.
signed-out = You are signed out. Sign in and try again.
conflict = This has changed in the meantime. Please look at it again.
value-refused = This value is not possible. Choose another one.
break-conflict = A longer break is already in force.

# The limits
kind-deposit = Deposits
kind-deposit-text = What you pay in.
kind-loss = Losses
kind-loss-text = What you stake, less what you win.
kind-stake = Stakes
kind-stake-text = What you bet altogether, won or lost.
kind-time = Time
kind-time-text = How long you play.
per-day = per day
per-week = per week
per-month = per month
no-limit = no limit
set = Set
change = Change
used = Used
used-of = { $used } of { $limit }, resets { $when }
used-so-far = { $used } so far
amount-label = New limit
minutes-label = New limit in minutes
amount-empty = Enter an amount.
amount-not-a-number = Enter an amount in digits, like 25 or 12.50.
amount-too-fine = This currency has fewer decimals than that.
amount-too-large = That is too large.
minutes-empty = Enter a number of minutes.
minutes-not-a-number = Enter whole minutes in digits, like 90.
effect-hint = A lower limit holds at once. A higher one can be confirmed after 24 hours.
effect-nothing = That is your limit already.
effect-at-once = { $limit } will hold at once.
effect-later = { $limit } is higher: you can confirm it after 24 hours, and until then the present limit holds.
remove-limit = Remove the limit
limit-holds = Saved. From now on: { $limit }.
increase-asked = Noted. You can confirm it from { $when } on; until then the present limit holds.
increase-waits = Asked for: { $limit }. You can confirm it from { $when } on; until then the present limit holds.
increase-ripe = Asked for: { $limit }. It holds as soon as you confirm it.
increase-confirm = Confirm the higher limit
increase-cancel = Keep the present limit
increase-cancelled = The present limit stays.

# The reality check
check = Reality check
check-text = After this long at the tables you see how long you have played and what it came to. The next bet waits for your answer.
check-interval = Time between reality checks
check-saved = Saved: a reality check every { $time }.

# Breaks
break = Take a break
break-text = No bets, deposits or promotions for a while. You can withdraw all the time.
break-length = Length of the break
take-break = Take a break
length-day = 24 hours
length-week = 1 week
length-month = 1 month
length-six-weeks = 6 weeks
break-question = Take a break for { $length }?
break-yes = Block play for { $length }
exclusion = Self-exclusion
exclusion-text = If playing does you no good, you can exclude yourself for half a year or longer.
exclusion-length = Length of the self-exclusion
exclude = Exclude myself
months =
    { $count ->
        [one] 1 month
       *[other] { $count } months
    }
years =
    { $count ->
        [one] 1 year
       *[other] { $count } years
    }
exclusion-question = Exclude yourself for { $length }?
exclusion-yes = Exclude me for { $length }
consequences = This is what happens:
consequence-now = Bets, deposits and promotions are blocked at once, in every window and on every device.
consequence-open = Open bets are settled, and you can withdraw your money at any time.
consequence-final = It can’t be undone or shortened, not even by us.
blocked-time-out = You are taking a break until { $when }. Bets, deposits and promotions are blocked; you can withdraw at any time.
blocked-excluded = You have excluded yourself until { $when }. Bets, deposits and promotions are blocked; you can withdraw at any time.
