# Everywhere
title = リリース
releases-text = チームが公開したもの、その中で稼働中のもの、そしてそのスイッチです。ここでの操作は、開いているページに数秒で反映されます。
loading = 読み込み中
try-again = もう一度試す
back = 戻る
stale = 現在、レジストリが応答しません。{ $time }時点の内容です。
unavailable = うまくいきませんでした。しばらくしてからもう一度お試しください。
no-answer = 応答がなく、実行されたか分かりません。再試行の前に現在の状態を確認してください。
forbidden = この操作はあなたの役割では許可されていません。
stands-differently = 状態が変わっています。もう一度確認してください。
slot-taken = ページの同じ場所に別のフラグメントがあります。先にその担当チームが別の場所を使うリリースを公開する必要があります。それまで害のあるものは停止できます。
not-understood = ページ上の他のフラグメントがこれを理解できません。担当チームが別のリリースを公開する必要があります。
reason-refused = この理由は記録できません。制御文字を含まない1行で書いてください。

# The door
door = 担当者はどなたですか？
door-text = このページはオペレーター用です。アカウントはサーバー上で「gateway operator add」により作成します。
email = メールアドレス
password = パスワード
show-password = パスワードを表示
hide-password = パスワードを隠す
sign-in = ログイン
sign-out = ログアウト
signed-out = セッションが終了しました。もう一度ログインしてください。
sign-out-failed = ログアウトがまだサーバーに伝わっていません。もう一度ログインしてからログアウトしてください。
door-empty = メールアドレスとパスワードを入力してください。
door-wrong = メールアドレスまたはパスワードが違います。
door-too-many = 試行回数が多すぎます。15分お待ちください。
role-developer = 開発者
role-viewer = 閲覧
role-support = サポート
role-risk = リスク
role-admin = 管理者
may-look = 閲覧のみできます。停止と巻き戻しには役割「risk」、その他には役割「admin」が必要です。
may-stop = 停止と巻き戻しができます。再開と稼働には役割「admin」が必要です。

# The fragments
releases-failed = リリースを表示できません
releases-failed-text = ページはそのまま動いています。再試行を続けています。手動でも試せます。
nothing = フラグメントはありません
nothing-text = フロアにもチームにもありません。
fragments = フラグメント
stands-live = 稼働中
stands-off = 停止中
stands-nothing = 未稼働
live = 稼働中のリリース
previous = 巻き戻し先
none = なし
since = { $when }から
off-because = { $who }が{ $when }に停止：{ $reason }
of-fragment = { $fragment } { $version }
kill = 停止する
revive = 再開する
rollback = 巻き戻す
promote = 稼働させる
published = 公開済みリリース { $count } 件
published-by = { $who }、{ $when }

# The questions
kill-question = { $fragment }を停止しますか？
kill-text = 数秒で開いているすべてのページから消え、その間に何が公開されても、再開されるまで誰にも読み込まれません。
kill-yes = 全員に対して停止する
kill-done = { $fragment }を停止しました。
revive-question = { $fragment }を再開しますか？
revive-text = 開いているページは数秒で稼働中のリリースを再び読み込みます。
revive-yes = 全員に対して再開する
revive-done = { $fragment }を再開しました。
rollback-question = { $fragment }を巻き戻しますか？
rollback-text = リリース { $version } が再び稼働し、開いているページも切り替わります。現在のものは公開済みのまま残ります。
rollback-yes = { $version } に巻き戻す
rollback-done = { $fragment }を { $version } に巻き戻しました。
promote-question = { $fragment } { $version } を稼働させますか？
promote-text = プレイヤーに不利益がなくなり次第、開いているページが切り替わります。現在稼働中のものは巻き戻し先になります。
promote-yes = { $version } を稼働させる
promote-done = { $fragment } { $version } が稼働中です。
reason = 理由
reason-hint = 他のオペレーターとチームが履歴で読みます。
reason-empty = 理由を書いてください。
reason-long = 300文字以内で書いてください。

# The history
history = 履歴
history-of = 対象
history-all = すべてのフラグメント
history-empty = まだありません
history-empty-text = 公開、稼働、巻き戻し、停止と再開がここに表示されます。
history-failed = 履歴を表示できません
earlier = 以前のもの
the-floors = フロアのリリース
did-publish = { $who }が{ $fragment } { $version } を公開
did-promote = { $who }が{ $fragment } { $version } を稼働
did-rollback = { $who }が{ $fragment }を { $version } に巻き戻し
did-kill = { $who }が{ $fragment }を停止
did-revive = { $who }が{ $fragment }を再開

# Canaries
canary = カナリア
canary-by = { $who }、{ $when }から
canary-share = 表示対象
share-of = { $of }台中{ $share }台
share-in = { $share }、{ $markets }のみ
end-canary = カナリアを終了
end-canary-question = { $fragment }のカナリアを終了しますか？
end-canary-text = 表示中のページは数秒で稼働中のリリースに戻ります。公開済みのまま残ります。
end-canary-yes = 全員に稼働中のリリースを表示
end-canary-done = 全員に再び{ $fragment } { $version } が表示されます。
did-canary = { $who }が{ $fragment } { $version } を表示：{ $share }
did-end-canary = { $who }がカナリア{ $fragment } { $version } を終了
the-gateway = ゲートウェイ
crashed-of = { $mounts }回の起動中{ $crashes }回クラッシュ
evidence = 悪化の根拠
evidence-of = 終了基準の{ $percent }
untold = 状況はまだ分かりません。
unjudged = 比較できる稼働中のリリースがないため、評価されません。
told-since = カナリアの開始以降
told-day = 直近24時間
half-within = 起動の半数の所要時間
nine-within = 起動10回中9回の所要時間

# 状態
health = 状態
health-span = 期間
span-day = 24時間
span-week = 7日間
span-month = 30日間
health-empty = 報告なし
health-empty-text = この期間に報告したページはありません。誰かのページに表示されると、数秒後にここに現れます。
health-failed = 状態を表示できません
health-mounts = 起動
health-crashes = クラッシュした起動
health-degraded = 機能低下した起動
health-failed-loads = 読み込み失敗
health-mount-ms = 起動時間（ms）
health-poor = 体感の悪いページ
whole-mounts = { $n }
whole-crashes = { $mounts }回中{ $n }回
whole-degraded = { $mounts }回中{ $n }回
whole-failed-loads = { $n }
whole-mount-ms = 10回中9回が{ $n } ms以内
whole-poor = { $pages }ページ中{ $n }ページ
plot-words = { $what }、最大：{ $when }
health-changes = 破線は別のリリースが稼働した時点：{ $changes }
as-table = 表で見る
health-when = 開始
health-release = 稼働したリリース

# Inspections
inspect = ページを調べる
inspect-done = 8時間、このブラウザーのどのページにもインスペクターが付きます。Ctrl Alt Iで開閉します。
inspect-open = インスペクター付きでフロアを開く
