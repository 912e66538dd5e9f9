# Everywhere
account = アカウント
account-text = 登録情報、パスワード、ログイン中の端末、保存されているデータを確認できます。
loading = 読み込み中
try-again = もう一度試す
back = 戻る
unavailable = うまくいきませんでした。しばらくしてからもう一度お試しください。
no-connection = 接続がありません。ネットワークを確認して、もう一度お試しください。
too-many = 試行回数が多すぎます。1分ほどお待ちください。
stale = アカウントが応答していません。{ $time } 時点の内容を表示しています。
account-failed = アカウントを表示できません
account-failed-text = 何も失われていません。再試行を続けています。

# Nobody is here
signed-out = ログアウトしています
signed-out-text = アカウントを見るにはログインしてください。
session-ended-text = このセッションは、この端末または別の端末で終了されました。続けるにはログインしてください。
sign-in = ログイン

# A demo player
demo-title = デモプレイヤーでプレイ中です
demo-text = デモプレイヤーはこのセッションの間だけ有効で、登録情報もパスワードもありません。アカウントを残すには、ログアウトして新しく作成してください。

# Details
details = 登録情報
sign-in-email = ログイン用メールアドレス
name = 名前
contact-email = 連絡用メールアドレス
contact-email-hint = ログイン用のアドレスに連絡してよい場合は空欄のままにしてください。
phone = 電話番号
phone-hint = 国番号を付けて入力してください（例：+81 3 1234 5678）。
address = 住所
address-hint = 封筒に書くとおりに入力してください。
language = 連絡の言語
language-hint = このページの言語は画面上部で選べます。
language-any = 指定しない
save = 保存
saved = 登録情報を保存しました。
member-since = アカウント作成日：{ $date }
name-invalid = 名前は1〜40文字で入力してください。
email-invalid = name@example.com のような形式で入力してください。
phone-invalid = + に続けて7〜15桁の数字を入力してください。
address-invalid = 8行以内、300文字以内で入力してください。
details-newer = 登録情報が別のタブまたは別の端末で変更されました。ここではまだ何も保存されていません。
take-newer = 新しい内容を表示
keep-mine = この内容で保存

# Password
password = パスワード
password-text = 変更すると、ほかのすべての端末からログアウトします。
current-password = 現在のパスワード
new-password = 新しいパスワード
new-password-hint = 8文字以上で、現在のものとは別にしてください。
show-password = パスワードを表示
hide-password = パスワードを隠す
change-password = パスワードを変更
password-changed = パスワードを変更しました。ほかのすべての端末からログアウトしました。
current-password-wrong = 現在のパスワードと一致しません。
current-password-missing = 現在のパスワードを入力してください。
new-password-invalid = 8〜200文字で、現在とは別のパスワードにしてください。
password-too-many = 試行回数が多すぎます。15分ほどお待ちください。

# Where the player is signed in
sessions = ログイン中の端末
sessions-text = 保存しているのはブラウザー、OS、これらの時刻だけで、ネットワークのアドレスは保存しません。
device = { $browser }（{ $system }）
unknown-device = 不明な端末
this-device = この端末
active-now = 現在
session-times = ログイン：{ $begun } · 最終アクセス：{ $seen }
sign-out = ログアウト
end-session = { $device } をログアウト
sign-out-everywhere = すべての端末からログアウト
confirm-title = すべての端末からログアウトしますか？
confirm-text = この端末を含むすべての端末からすぐにログアウトし、開いているテーブルから離れます。確定したベットはそのまま精算されます。

# What is held
export = 保存されているデータ
export-text = アカウント、セッション、ウォレットの全履歴、プロモーション、テーブルなど、保存されているすべてのデータを含むファイルです。
export-download = ファイルをダウンロード
export-begun = ダウンロードを開始しました。
export-later = { $time } 以降にもう一度ダウンロードできます。
