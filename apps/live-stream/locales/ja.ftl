# The lobby
lobby-title = ライブテーブル
lobby-lead = 本物のディーラー、本物のラウンド、プレイマネー。
all-tables = すべてのテーブル
lobby-offline = { $time }からスタジオの応答がありません。その時点のテーブルを表示しています。復旧すると自動で再開します。
lobby-empty = まだテーブルがありません
lobby-empty-hint = スタジオがテーブルを開くと、ここに表示されます。
lobby-error = テーブルを読み込めません
lobby-error-hint = 再試行を続けています。ウォレットとプロモーションは通常どおりご利用いただけます。
try-again = もう一度試す
loading = 読み込み中
live = ライブ
offline = オフライン
roulette = ルーレット
baccarat = バカラ
limits = { $min } ～ { $max }
seated =
    { $count ->
       *[other] { $count } 人
    }

# The table
dealer = ディーラー { $name }
table-missing = このテーブルは存在しません
table-missing-hint = 終了した可能性があります。ほかのテーブルをご覧ください。
second-table-open = 2つ目のテーブルを開く
second-table-close = このテーブルを閉じる
connecting = スタジオに接続しています…
feed-lost = { $time }にスタジオとの接続が切れました。ベットは安全です。受け付け済みのベットは有効で、ラウンドはそのまま精算されます。再接続しています。
video = テーブルのライブ映像
still = 静止画
video-frozen = 映像停止中・ゲームは進行中
video-lag = { $seconds }秒遅れ

# The round
time-left = 残り時間
phase-open = ベットしてください
phase-closing = まもなく締め切り
phase-closed = ベット締め切り
phase-spinning = ボールが回っています
phase-dealing = カードを配っています
phase-result = 結果
phase-settled = 精算済み
phase-cancelled = ラウンド無効
phase-unknown = スタジオの応答待ち
announce-open =
    { $count ->
       *[other] ベットしてください。残り{ $count }秒
    }
announce-left =
    { $count ->
       *[other] 残り{ $count }秒
    }
round-cancelled = このラウンドは無効になりました。すべてのベットが返却されます。
paid-cancelled = ベット返却：{ $amount }
paid-won = { $won } を獲得（ベット { $staked }）
paid-lost = 今回は当たりませんでした（ベット { $staked }）

# Betting
my-bets = 自分のベット
balance = ベット可能額
chip-to-bet = 使用するチップ
undo = 元に戻す
clear = クリア
double = 2倍
repeat = もう一度
visitor = ゲストとして観戦中です。
sign-in = ログインしてベット
message-sign-in = 先にログインしてからベットしてください。
message-limits = 1か所へのベットは { $min } から { $max } までです。
message-no-feed = スタジオに接続できないため、ベットされませんでした。
message-no-launch = 現在ベットを受け付けられません。ベットは行われていません。再試行を続けます。
message-unconfirmed = 接続が切れる前に最後のベットを確認できませんでした。有効な内容はウォレットの履歴でご確認ください。
message-round-closed = このラウンドのベットは締め切られました。
message-insufficient-funds = 残高が不足しています。
message-player-limit = 現在の制限により、このベットはできません。理由はウォレットに表示されます。
message-wallet-unavailable = ウォレットから時間内に応答がなかったため、ベットは取り消されました。
message-refused = このベットは受け付けられませんでした。
cloth = ベットレイアウト
spot = { $spot }、配当 { $pays } 対 1
spot-staked = { $spot }、配当 { $pays } 対 1、あなたのベット { $stake }

# Roulette
last-numbers = 最近の出目
number-zero = ゼロ { $number }
number-red = 赤 { $number }
number-black = 黒 { $number }
spot-red = 赤
spot-black = 黒
spot-odd = 奇数
spot-even = 偶数
spot-range = { $first } ～ { $last }
spot-column = { $number }列目
spot-split = スプリット { $numbers }
spot-street = ストリート { $numbers }
spot-corner = コーナー { $numbers }
spot-line = ライン { $numbers }
more-bets = その他のベット
splits = スプリット
streets = ストリート
corners = コーナー
lines = ライン

# Baccarat
player = プレイヤー
banker = バンカー
tie = タイ
player-pair = プレイヤーペア
banker-pair = バンカーペア
player-initial = P
banker-initial = B
tie-initial = T
odds = { $pays } 対 1
odds-banker = 0.95 対 1
spot-odds = { $spot }、配当 { $odds }
spot-odds-staked = { $spot }、配当 { $odds }、あなたのベット { $stake }
bead-road = ビーズロード
player-wins = プレイヤーの勝ち { $player } 対 { $banker }
banker-wins = バンカーの勝ち { $banker } 対 { $player }
tie-wins = タイ { $player } 対 { $banker }
