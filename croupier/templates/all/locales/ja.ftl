# The name of the page, in the navigation and above it.
title = {{title}}
hello = { $name } さん、こんにちは。各テーブルの様子です。
hello-visitor = 各テーブルの今の様子です。
refresh = 更新
loading = 読み込み中
seated = テーブルに { $count } 人
at-table = { $count } 席使用中
dealt-by = ディーラー：{ $dealer }
none = 開いているテーブルはありません
none-text = テーブルが開くと、ここに表示されます。
failed = テーブルが応答していません。しばらくしてからもう一度お試しください。
