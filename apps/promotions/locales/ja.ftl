# Everywhere
promotions = プロモーション
promotions-text = すべてプレイマネーです。条件はすべてカードに記載しています。
loading = 読み込み中
try-again = もう一度試す
stale = プロモーションが応答していません。{ $time }時点の内容を表示しています。
offers-failed = 現在、プロモーションを表示できません
offers-failed-text = 進捗は保存されています。自動で再試行しています。
offers-empty = 現在実施中のプロモーションはありません
offers-empty-text = 新しいプロモーションはここに表示されます。

# The card
reward-bonus = ボーナス
reward-cash = キャッシュ
conditions = 条件
wagering = 賭け条件
wagering-none = なし
wagering-times = ボーナスの{ $times }倍
contribution = 貢献率
contribution-of = ルーレット { $roulette }、バカラ { $baccarat }
min-deposit = 最低入金額
min-deposit-none = 不要
max-bet = 最大ベット額
max-win = 最大獲得額
expires = 終了
eligible = 対象者
full-terms = 規約全文
progress = 進捗
progress-of = { $target }中{ $current }
state-offered = 受付中
state-active = 参加中
state-earned = 達成
state-claimed = 受取済み
state-expired = 終了

# Taking part
accept = 規約（バージョン{ $version }）を読み、同意します。
accept-first = 参加するには規約に同意してください。
opt-in = 参加する
claim = { $amount }を受け取る
credited = { $amount }がウォレットに入りました。

# What can go wrong
offer-moved-on = このプロモーションの状況が変わりました。カードに最新の状況を表示しています。
terms-changed = 規約が更新されました。参加するには新しい規約に同意してください。
not-eligible = 現在このプロモーションには参加できません。
offer-gone = このプロモーションは終了しました。
signed-out = ログアウトしています。ログインしてからもう一度お試しください。
no-answer = 応答がありません。もう一度お試しください。二重に処理されることはありません。
unavailable = うまくいきませんでした。少し待ってからもう一度お試しください。
