# フラグメントを囲むページ
skip = 本文へ移動
nav-label = メインメニュー
nav-home = ホーム
nav-live = ライブ
nav-wallet = ウォレット
nav-promotions = プロモーション
language = 言語
theme = 明るい表示と暗い表示を切り替える
title-home = フロア、開場中
title-wallet = ウォレット
title-live = ライブテーブル
title-promotions = プロモーション
title-not-found = ページが見つかりません
lead-home = ライブのルーレットとバカラを24時間。すべてプレイマネーで楽しめます。
slot-wallet = ウォレット
slot-live = ライブテーブル
slot-live-2 = 2つ目のライブテーブル
slot-promotions = プロモーション
not-found-text = アドレスが正しくないか、ページが移動しました。
not-found-home = フロアへ戻る
connection-lost = 接続が切れました。再接続を試みています。表示が最新でない場合があります。
page-failed = ページを開始できませんでした。
page-reload = 再読み込み
no-script = このページにはJavaScriptが必要です。
footer-play = プレイマネー専用です。
footer-no-value = 価値はなく、払い戻しもできません。
footer-care = 成人向けです。休憩を取り、楽しいうちにやめましょう。

# 停止した部分の代わりに表示するカード
card-title = { $name }は一時休止中です
card-unreachable = この部分を読み込めませんでした。
card-crashed = この部分が続けて何度か停止しました。
card-refused = この部分に届いたデータが正規のものではないため、起動しませんでした。
card-rest = ほかの部分は引き続き利用でき、残高も安全です。
card-balance = 最後に確認した残高：{ $amount }（{ $time }）
card-retry = もう一度試す
