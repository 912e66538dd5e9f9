# The name of the page, in the navigation and above it.
title = {{title}}
hello = مرحبًا { $name }. هنا ترى من يلعب وأين.
hello-visitor = من يلعب الآن وأين.
refresh = تحديث
loading = جارٍ التحميل
seated = { $count ->
    [zero] لا لاعبين على الطاولات ({ $count })
    [one] لاعب واحد على الطاولات ({ $count })
    [two] لاعبان على الطاولات ({ $count })
    [few] { $count } لاعبين على الطاولات
    [many] { $count } لاعبًا على الطاولات
   *[other] { $count } لاعب على الطاولات
}
at-table = { $count ->
    [zero] لا مقاعد مشغولة ({ $count })
    [one] مقعد واحد مشغول ({ $count })
    [two] مقعدان مشغولان ({ $count })
    [few] { $count } مقاعد مشغولة
    [many] { $count } مقعدًا مشغولًا
   *[other] { $count } مقعد مشغول
}
dealt-by = توزيع { $dealer }
none = لا توجد طاولات مفتوحة
none-text = ستظهر الطاولة هنا عند فتحها.
failed = الطاولات لا تستجيب الآن. حاول مرة أخرى بعد لحظات.
