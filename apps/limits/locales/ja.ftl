# Everywhere
limits = 制限と休憩
limits-text = プレイに使うお金と時間をあらかじめ決められます。厳しくする変更はすぐに有効になり、緩める変更には1日と再確認が必要です。
loading = 読み込み中
try-again = もう一度試す
back = 戻る
save = 保存
visitor = 制限はプレイヤーごとに設定します
visitor-text = ログインするか、デモプレイヤーで始めると、制限の確認と設定ができます。
sign-in = 始め方を選ぶ
stale = 現在、制限の情報を取得できません。{ $time }時点の内容です。
limits-failed = 制限を表示できません
limits-failed-text = 制限は引き続き有効です。再試行を続けています。
unavailable = うまくいきませんでした。しばらくしてからもう一度お試しください。
no-answer = 応答がなく、保存されたかまだ分かりません。再試行しても安全です。
signed-out = ログアウトしています。ログインしてもう一度お試しください。
conflict = 状況が変わっています。もう一度ご確認ください。
value-refused = この値は設定できません。別の値を選んでください。
break-conflict = より長い休憩がすでに有効です。

# The limits
kind-deposit = 入金
kind-deposit-text = 入金する金額です。
kind-loss = 損失
kind-loss-text = ベット額から勝ち分を引いた金額です。
kind-stake = ベット額
kind-stake-text = 勝敗にかかわらず、ベットする合計額です。
kind-time = 時間
kind-time-text = プレイする時間です。
per-day = 1日あたり
per-week = 1週間あたり
per-month = 1か月あたり
no-limit = 制限なし
set = 設定
change = 変更
used = 使用済み
used-of = { $used }／{ $limit }（{ $when }に更新）
used-so-far = これまでに{ $used }
amount-label = 新しい上限
minutes-label = 新しい上限（分）
amount-empty = 金額を入力してください。
amount-not-a-number = 25や12.50のように数字で入力してください。
amount-too-fine = この通貨では小数の桁数が多すぎます。
amount-too-large = 値が大きすぎます。
minutes-empty = 分数を入力してください。
minutes-not-a-number = 90のように整数の分数を数字で入力してください。
effect-hint = 上限を下げる変更はすぐに有効になります。上げる変更は24時間後に確定できます。
effect-nothing = 現在の上限と同じです。
effect-at-once = { $limit }がすぐに有効になります。
effect-later = { $limit }は現在より高いため、確定できるのは24時間後です。それまでは現在の上限が有効です。
remove-limit = 上限をなくす
limit-holds = 保存しました。今後の上限：{ $limit }
increase-asked = 受け付けました。{ $when }以降に確定できます。それまでは現在の上限が有効です。
increase-waits = 申請中：{ $limit }。{ $when }以降に確定できます。それまでは現在の上限が有効です。
increase-ripe = 申請中：{ $limit }。確定するとすぐに有効になります。
increase-confirm = 上限の引き上げを確定する
increase-cancel = 現在の上限のままにする
increase-cancelled = 現在の上限のままです。

# The reality check
check = リアリティチェック
check-text = この時間プレイすると、プレイ時間と収支をお知らせします。回答するまで次のベットはできません。
check-interval = リアリティチェックの間隔
check-saved = 保存しました。{ $time }ごとにお知らせします。

# Breaks
break = 休憩する
break-text = しばらくの間、ベット、入金、プロモーションを止めます。出金はいつでもできます。
break-length = 休憩の長さ
take-break = 休憩する
length-day = 24時間
length-week = 1週間
length-month = 1か月
length-six-weeks = 6週間
break-question = { $length }休憩しますか？
break-yes = { $length }休憩する
exclusion = 自己排除
exclusion-text = プレイが負担になっていると感じたら、半年以上の間、ご自身でプレイを止めることができます。
exclusion-length = 自己排除の期間
exclude = 自己排除する
months =
    { $count ->
       *[other] { $count }か月
    }
years =
    { $count ->
       *[other] { $count }年
    }
exclusion-question = { $length }間、自己排除しますか？
exclusion-yes = { $length }間、自己排除する
consequences = 次のようになります：
consequence-now = ベット、入金、プロモーションは、すべての画面とデバイスで直ちに停止されます。
consequence-open = 進行中のベットは精算され、出金はいつでもできます。
consequence-final = 取り消しも短縮もできません。当社でもできません。
blocked-time-out = { $when }まで休憩中です。ベット、入金、プロモーションは利用できません。出金はいつでもできます。
blocked-excluded = { $when }まで自己排除中です。ベット、入金、プロモーションは利用できません。出金はいつでもできます。
