# Everywhere
wallet = ウォレット
play-money = プレイマネー
loading = 読み込み中
try-again = もう一度試す
back = 戻る
unavailable = うまくいきませんでした。少し待ってからもう一度お試しください。
no-connection = 接続がありません。ネットワークを確認してもう一度お試しください。
too-many = 試行回数が多すぎます。1分ほどお待ちください。

# Getting in and out
welcome = テーブルへようこそ
welcome-text = プレイマネーで遊ぶライブテーブル。お金はかからず、純粋にゲームを楽しめます。
play-demo = デモプレイヤーで遊ぶ
demo-text = ワンクリックで開始。個人情報なしで、プレイマネー付きの新しいプレイヤーになれます。
or = または
account = アカウント
sign-in = ログイン
sign-up = 新規登録
sign-out = ログアウト
create-account = アカウントを作成
sign-in-wanted = まずは遊び方を選んでください。デモプレイヤーならワンクリックです。
name = 名前
email = メールアドレス
password = パスワード
password-hint = 8文字以上。
show-password = パスワードを表示
hide-password = パスワードを隠す
name-invalid = 名前を1～40文字で入力してください。
email-invalid = name@example.com のような形式で入力してください。
password-invalid = 8～200文字で入力してください。
password-missing = パスワードを入力してください。
email-taken = このアドレスは登録済みです。ログインしてください。
wrong-credentials = メールアドレスまたはパスワードが正しくありません。
account-locked = このアカウントはロックされています。サポートにお問い合わせください。
signed-out = ログアウトしています。ログインしてからもう一度お試しください。
demo = デモ

# The balance
cash = 残高
bonus = ボーナス
bonus-hint = ボーナスは賭けに使えますが、出金はできません。
held = 取り置き
held-hint = 確認中の出金のために取り置いた金額です。
balance-announcement = 残高は{ $balance }になりました。
balance-failed = 現在、残高を表示できません。お金は安全です。自動で再試行しています。
stale-down = ウォレットが応答していません。表示中の残高は{ $age }のものです。
stale-offline = オフラインです。表示中の残高は{ $age }のものです。

# The gaming session
session-time = プレイ時間
session-net = 収支
limits = 制限と休憩
block-time-out = { $when }まで休憩中です。ベット、入金、プロモーションは利用できません。出金はいつでもできます。
block-excluded = { $when }まで自己排除中です。ベット、入金、プロモーションは利用できません。出金はいつでもできます。
refused-loss = 直前のベットは損失の上限（{ $period }：{ $limit }）により受け付けられませんでした。{ $when }までの残りは{ $left }です。
refused-stake = 直前のベットはベット額の上限（{ $period }：{ $limit }）により受け付けられませんでした。{ $when }までの残りは{ $left }です。
refused-time = 直前のベットは時間の上限（{ $period }：{ $limit }）により受け付けられませんでした。{ $when }までの残りは{ $left }です。
limit-day = 1日
limit-week = 1週間
limit-month = 1か月

# The reality check
check-title = 少し時計を見てみましょう
check-text = 制限で設定された間隔でお知らせしています。「プレイを続ける」を押すと、次のベットができます。
check-time = プレイ時間
check-net = 収支
check-continue = プレイを続ける
check-history = 履歴を見る
check-leave = やめてサインアウトする
check-failed = 送信できませんでした。完了するまで次のベットはできません。もう一度お試しください。
check-waiting = リアリティチェックが未回答です。回答すると次のベットができます。
check-open = 回答する

# Paying in and out
move-money = 入金・出金
deposit = 入金
withdraw = 出金
deposit-amount = 入金額
withdraw-amount = 出金額
withdraw-hint = 出金可能額：{ $available }
quick-amounts = クイック金額
amount-empty = 金額を入力してください。
amount-not-a-number = 25 や 12.50 のように数字で入力してください。
amount-too-fine = この通貨の小数点以下の桁数を超えています。
amount-too-large = 金額が大きすぎます。
amount-zero = 0より大きい金額を入力してください。
amount-refused = この金額は使えません。別の金額を入力してください。
insufficient-funds = 出金できるのは最大{ $available }です。
limit-reached = 上限を超えます。より小さい金額を入力してください。
deposit-hint = 入金の上限（{ $period }）：{ $when }まで残り{ $left }／{ $limit }
deposit-limit = 入金の上限（{ $period }：{ $limit }）を超えます。{ $when }までに入金できるのは{ $left }です。
play-blocked = 休憩中は入金できません。
confirm-title = { $amount }を出金しますか？
confirm-text = 出金は取り消せません。
confirm-submit = { $amount }を出金
deposit-done = { $amount }を入金しました。残高は{ $balance }です。
withdraw-done = { $amount }を出金しました。残高は{ $balance }です。
withdraw-held = { $amount }を取り置きました。確認が済みしだい出金します。残高は{ $balance }です。
unsure-deposit = 応答がなく、{ $amount }が入金されたかまだ分かりません。再試行しても二重に処理されることはありません。
unsure-withdraw = 応答がなく、{ $amount }が出金されたかまだ分かりません。再試行しても二重に処理されることはありません。
leave-it = このままにする

# The history
history = 履歴
latest = 最近の取引
open-wallet = すべての履歴
filter-kind = 種類
filter-period = 期間
filter-all = すべて
filter-deposits = 入金
filter-withdrawals = 出金
filter-bets = 賭け
filter-wins = 勝ち
filter-bonus = ボーナス
period-day = 24時間
period-week = 7日間
period-month = 30日間
period-all = 全期間
kind-deposit = 入金
kind-withdrawal = 出金
kind-bet = 賭け
kind-win = 勝ち
kind-rollback = 賭けの返金
kind-bonus = ボーナス
kind-promo-payout = スタジオからの進呈
kind-paid-out = 出金の支払い完了
kind-returned = 出金の返金
total-in = 入 { $amount }
total-out = 出 { $amount }
balance-after = 取引後の残高：
show-more = さらに表示
history-empty = まだ何もありません
history-empty-text = 入金・賭け・勝ちがここにリアルタイムで表示されます。
history-failed = 履歴を表示できません
history-failed-text = データは失われていません。自動で再試行しています。
