# Everywhere
account = Your account
account-text = Your details, your password, where you are signed in, and what we hold on you.
loading = Loading
try-again = Try again
back = Back
unavailable = That didn’t work just now. Please try again in a moment.
no-connection = There is no connection. Check your network and try again.
too-many = Too many attempts. Please wait a minute.
stale = Your account doesn’t answer right now. This is how it stood at { $time }.
account-failed = Your account can’t be shown right now
account-failed-text = Nothing is lost. We keep trying.

# Nobody is here
signed-out = You are signed out
signed-out-text = Sign in to see your account.
session-ended-text = This session was ended, here or on another device. Sign in to go on.
sign-in = Sign in

# A demo player
demo-title = You are playing with a demo player
demo-text = A demo player lasts as long as this session and has no details and no password. To keep an account, sign out and create one.

# Details
details = Details
sign-in-email = You sign in with
name = Name
contact-email = Email for messages
contact-email-hint = Leave it empty if we may write to the address you sign in with.
phone = Phone
phone-hint = With the country’s code, like +44 20 7946 0958.
address = Postal address
address-hint = As it stands on an envelope.
language = Language of our messages
language-hint = The language of this page is chosen at its top.
language-any = No choice
save = Save
saved = Your details are saved.
member-since = Account made on { $date }
name-invalid = Enter a name of 1 to 40 characters.
email-invalid = Enter an address like name@example.com.
phone-invalid = Enter + and 7 to 15 digits.
address-invalid = Enter at most 8 lines and 300 characters.
details-newer = These details were changed in another tab or on another device. Nothing was saved here yet.
take-newer = Show the newer ones
keep-mine = Save mine

# Password
password = Password
password-text = Changing it signs you out on every other device.
current-password = Current password
new-password = New password
new-password-hint = At least 8 characters, and not the current one.
show-password = Show password
hide-password = Hide password
change-password = Change password
password-changed = Your password is changed. Every other device is signed out.
current-password-wrong = This is not your current password.
current-password-missing = Enter your current password.
new-password-invalid = Use 8 to 200 characters, and not your current password.
password-too-many = Too many attempts. Please wait a quarter of an hour.

# Where the player is signed in
sessions = Where you are signed in
sessions-text = For each we keep browser, system and these times, and no address of the network.
device = { $browser } on { $system }
unknown-device = Unknown device
this-device = This device
active-now = now
session-times = Signed in { $begun } · last active { $seen }
sign-out = Sign out
end-session = Sign out { $device }
sign-out-everywhere = Sign out everywhere
confirm-title = Sign out everywhere?
confirm-text = Every device is signed out at once, this one too, and open tables are left. Bets that are placed still settle.

# What is held
export = Your data
export-text = A file with everything that we hold on you: account, sessions, every movement of your wallet, promotions and tables.
export-download = Download as a file
export-begun = Your download has begun.
export-later = You can download it again at { $time }.
