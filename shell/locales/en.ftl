# The page around the fragments.
skip = Skip to content
nav-label = Main
nav-home = Home
nav-live = Live
nav-wallet = Wallet
nav-promotions = Promotions
language = Language
theme = Switch between light and dark
title-home = The floor is open
title-wallet = Wallet
title-live = Live tables
title-promotions = Promotions
title-not-found = There is no such page
lead-home = Live roulette and baccarat, dealt around the clock. All of it for play money.
slot-wallet = Wallet
slot-live = Live tables
slot-live-2 = Second live table
slot-promotions = Promotions
not-found-text = The address leads nowhere, or what was here has moved.
not-found-home = Back to the floor
connection-lost = The connection is lost. We keep trying; what you see may be out of date.
page-failed = The page could not be started.
page-reload = Load it again
no-script = This page needs JavaScript.
footer-play = Play money only.
footer-no-value = It has no value and can never be paid out.
footer-care = For adults. Take breaks, and stop while it is fun.

# The card that stands in for a part of the page that stopped.
card-title = { $name } is taking a break
card-unreachable = This part of the page could not be loaded.
card-crashed = This part of the page stopped several times in a row.
card-refused = What was delivered for this part is not genuine, so it was not started.
card-rest = Everything else on the page still works, and your money is safe.
card-balance = Last known balance: { $amount } ({ $time })
card-retry = Try again
