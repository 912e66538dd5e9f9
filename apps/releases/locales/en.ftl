# Everywhere
title = Releases
releases-text = What teams have shipped, what of it is live, and the switches for it. What you do here changes open pages within seconds.
loading = Loading
try-again = Try again
back = Back
stale = The registry doesn’t answer right now. This is how it stood at { $time }.
unavailable = That didn’t work just now. Please try again in a moment.
no-answer = No answer came, so we don’t know whether it was carried out. Look at how it stands before you try again.
forbidden = Your role doesn’t let you do this.
stands-differently = It stands differently by now. Look at it again.
slot-taken = Another fragment is in its place on the page. Let that one’s team ship a release in another slot first. What does harm meanwhile can be switched off.
not-understood = Others on the page would not understand it. Let its team ship another release.
reason-refused = This reason can’t be written down. Use one line without control characters.

# The door
door = Who is on duty?
door-text = This page is for operators. Accounts for it are made on the server, with “gateway operator add”.
email = Email
password = Password
show-password = Show password
hide-password = Hide password
sign-in = Sign in
sign-out = Sign out
signed-out = Your session is over. Sign in again.
sign-out-failed = The server doesn’t know yet that you have signed out. Sign in and out again.
door-empty = Enter email and password.
door-wrong = Email or password is wrong.
door-too-many = Too many attempts. Wait a quarter of an hour.
role-developer = Developer
role-viewer = Viewer
role-support = Support
role-risk = Risk
role-admin = Admin
may-look = You may look. Switching off and rolling back needs the role risk, the rest the role admin.
may-stop = You may switch off and roll back. Switching on and making live need the role admin.

# The fragments
releases-failed = The releases can’t be shown
releases-failed-text = Pages go on meanwhile. We keep trying, and so can you.
nothing = No fragments
nothing-text = Neither the floor nor a team has brought one.
fragments = Fragments
stands-live = Live
stands-off = Switched off
stands-nothing = Not live
live = Live release
previous = Rolls back to
none = none
since = since { $when }
off-because = Switched off by { $who } on { $when }: { $reason }
of-fragment = { $fragment } { $version }
kill = Switch off
revive = Switch on
rollback = Roll back
promote = Make live
published =
    { $count ->
        [one] 1 published release
       *[other] { $count } published releases
    }
published-by = { $who }, { $when }

# The questions
kill-question = Switch off { $fragment }?
kill-text = It disappears from every open page within seconds and is loaded by nobody until it is switched on again, whatever is published meanwhile.
kill-yes = Switch off for everybody
kill-done = { $fragment } is switched off.
revive-question = Switch on { $fragment }?
revive-text = Open pages load its live release again within seconds.
revive-yes = Switch on for everybody
revive-done = { $fragment } is on again.
rollback-question = Roll { $fragment } back?
rollback-text = Release { $version } becomes live again, and open pages swap to it. The present one stays published.
rollback-yes = Roll back to { $version }
rollback-done = { $fragment } is back at { $version }.
promote-question = Make { $fragment } { $version } live?
promote-text = Open pages swap to it as soon as players lose nothing. What is live now becomes what it rolls back to.
promote-yes = Make { $version } live
promote-done = { $fragment } { $version } is live.
reason = Why?
reason-hint = Other operators and the team read this in the history.
reason-empty = Say why.
reason-long = Say it in 300 characters.

# The history
history = History
history-of = Of
history-all = all fragments
history-empty = Nothing yet
history-empty-text = Whatever is published, promoted, rolled back or switched appears here.
history-failed = The history can’t be shown
earlier = Earlier
the-floors = the floor’s release
did-publish = { $who } published { $fragment } { $version }
did-promote = { $who } made { $fragment } { $version } live
did-rollback = { $who } rolled { $fragment } back to { $version }
did-kill = { $who } switched { $fragment } off
did-revive = { $who } switched { $fragment } on

# Canaries
canary = Canary
canary-by = { $who }, since { $when }
canary-share = Shown to
share-of = { $share } of { $of } devices
share-in = { $share }, only in { $markets }
end-canary = End the canary
end-canary-question = End the canary of { $fragment }?
end-canary-text = Whoever sees it swaps back to the live release within seconds. It stays published.
end-canary-yes = Show the live release to everybody
end-canary-done = Everybody sees { $fragment } { $version } again.
did-canary = { $who } shows { $fragment } { $version } to { $share }
did-end-canary = { $who } ended the canary { $fragment } { $version }
the-gateway = The gateway
crashed-of = { $crashes } of { $mounts } mounts crashed
evidence = Evidence that it does worse
evidence-of = { $percent } of what ends it
untold = Nothing is known yet of how it does.
unjudged = It isn’t judged: no release is live to compare it with.
told-since = Since the canary began
told-day = In the last 24 hours
half-within = Half of the mounts within
nine-within = 9 in 10 mounts within

# How they do
health = Health
health-span = Over
span-day = 24 hours
span-week = 7 days
span-month = 30 days
health-empty = Nothing was told
health-empty-text = No page has told of it in this time. It appears here seconds after somebody has it on a page.
health-failed = How it does can’t be shown
health-mounts = Mounts
health-crashes = Mounts that crashed
health-degraded = Mounts that were degraded
health-failed-loads = Failed loads
health-mount-ms = Mount time, ms
health-poor = Poor pages
whole-mounts = { $n }
whole-crashes = { $n } of { $mounts }
whole-degraded = { $n } of { $mounts }
whole-failed-loads = { $n }
whole-mount-ms = 9 in 10 within { $n } ms
whole-poor = { $n } of { $pages }
plot-words = { $what }, peak: { $when }
health-changes = Dashed where another release became live: { $changes }
as-table = As a table
health-when = From
health-release = Became live

# Inspections
inspect = Inspect pages
inspect-done = For eight hours every page in this browser brings the inspector along: Ctrl Alt I opens and closes it.
inspect-open = Open the floor with it
