# Everywhere
title = الإصدارات
releases-text = ما نشرته الفرق، وما يعمل منه الآن، ومفاتيح التحكم به. ما تفعله هنا يغيّر الصفحات المفتوحة خلال ثوانٍ.
loading = جارٍ التحميل
try-again = إعادة المحاولة
back = رجوع
stale = السجل لا يستجيب الآن. هذه حالته كما كانت الساعة { $time }.
unavailable = لم ينجح ذلك الآن. يُرجى المحاولة بعد قليل.
no-answer = لم يصل رد، ولا نعرف هل نُفّذ الأمر. انظر إلى الحالة قبل إعادة المحاولة.
forbidden = دورك لا يسمح لك بهذا.
stands-differently = تغيّرت الحالة في هذه الأثناء. انظر إليها مجددًا.
slot-taken = جزء آخر يشغل مكانه في الصفحة. على فريق ذلك الجزء أن ينشر أولًا إصدارًا في مكان آخر. وحتى ذلك الحين يمكن إيقاف ما يسبب ضررًا.
not-understood = لن تفهمه الأجزاء الأخرى في الصفحة. على فريقه أن ينشر إصدارًا آخر.
reason-refused = لا يمكن تدوين هذا السبب. اكتب سطرًا واحدًا بلا محارف تحكم.

# The door
door = من المناوب؟
door-text = هذه الصفحة للمشغّلين. تُنشأ حساباتهم على الخادم بالأمر «gateway operator add».
email = البريد الإلكتروني
password = كلمة المرور
show-password = إظهار كلمة المرور
hide-password = إخفاء كلمة المرور
sign-in = تسجيل الدخول
sign-out = تسجيل الخروج
signed-out = انتهت جلستك. سجّل الدخول مجددًا.
sign-out-failed = لم يعلم الخادم بعد بخروجك. سجّل الدخول ثم الخروج مجددًا.
door-empty = أدخل البريد الإلكتروني وكلمة المرور.
door-wrong = البريد الإلكتروني أو كلمة المرور غير صحيحة.
door-too-many = محاولات كثيرة جدًا. انتظر ربع ساعة.
role-developer = تطوير
role-viewer = اطّلاع
role-support = دعم
role-risk = مخاطر
role-admin = إدارة
may-look = يمكنك الاطّلاع. الإيقاف والإرجاع يتطلبان الدور «risk»، وما عداهما الدور «admin».
may-stop = يمكنك الإيقاف والإرجاع. إعادة التشغيل والاعتماد يتطلبان الدور «admin».

# The fragments
releases-failed = تعذّر عرض الإصدارات
releases-failed-text = الصفحات مستمرة في هذه الأثناء. نواصل المحاولة، ويمكنك ذلك أيضًا.
nothing = لا توجد أجزاء
nothing-text = لم تجلب الصالة ولا أي فريق جزءًا.
fragments = الأجزاء
stands-live = يعمل
stands-off = موقوف
stands-nothing = لا يعمل
live = الإصدار العامل
previous = الإرجاع إلى
none = لا يوجد
since = منذ { $when }
off-because = أوقفه { $who } في { $when }: { $reason }
of-fragment = { $fragment } { $version }
kill = إيقاف
revive = تشغيل
rollback = إرجاع
promote = اعتماد
published =
    { $count ->
        [zero] لا إصدارات منشورة ({ $count })
        [one] إصدار منشور واحد
        [two] إصداران منشوران
        [few] { $count } إصدارات منشورة
        [many] { $count } إصدارًا منشورًا
       *[other] { $count } إصدار منشور
    }
published-by = ⁨{ $who }⁩، { $when }

# The questions
kill-question = إيقاف { $fragment }؟
kill-text = يختفي من كل صفحة مفتوحة خلال ثوانٍ ولا يحمّله أحد حتى يُشغَّل من جديد، مهما نُشر في هذه الأثناء.
kill-yes = إيقاف للجميع
kill-done = أُوقف { $fragment }.
revive-question = تشغيل { $fragment }؟
revive-text = تحمّل الصفحات المفتوحة إصداره العامل مجددًا خلال ثوانٍ.
revive-yes = تشغيل للجميع
revive-done = { $fragment } يعمل من جديد.
rollback-question = إرجاع { $fragment }؟
rollback-text = يعود الإصدار { $version } إلى العمل وتنتقل إليه الصفحات المفتوحة. ويبقى الحالي منشورًا.
rollback-yes = الرجوع إلى { $version }
rollback-done = عاد { $fragment } إلى { $version }.
promote-question = اعتماد { $fragment } { $version }؟
promote-text = تنتقل إليه الصفحات المفتوحة حالما لا يخسر اللاعبون شيئًا. ويصبح العامل الآن هو ما يتم الإرجاع إليه.
promote-yes = اعتماد { $version }
promote-done = { $fragment } { $version } يعمل الآن.
reason = لماذا؟
reason-hint = يقرأ المشغّلون الآخرون والفريق هذا في السجل.
reason-empty = اذكر السبب.
reason-long = اذكره في 300 حرف.

# The history
history = السجل
history-of = لـ
history-all = كل الأجزاء
history-empty = لا شيء بعد
history-empty-text = كل ما يُنشر أو يُعتمد أو يُرجع أو يُوقف يظهر هنا.
history-failed = تعذّر عرض السجل
earlier = الأقدم
the-floors = إصدار الصالة
did-publish = نشر { $who } الإصدار { $version } من { $fragment }
did-promote = اعتمد { $who } الإصدار { $version } من { $fragment }
did-rollback = أرجع { $who } { $fragment } إلى { $version }
did-kill = أوقف { $who } { $fragment }
did-revive = شغّل { $who } { $fragment }

# Canaries
canary = إصدار تجريبي
canary-by = { $who }، منذ { $when }
canary-share = يظهر لـ
share-of = { $share } من { $of } جهاز
share-in = { $share }، في { $markets } فقط
end-canary = إنهاء التجربة
end-canary-question = إنهاء تجربة { $fragment }؟
end-canary-text = يعود من يراه إلى الإصدار العامل خلال ثوانٍ. ويبقى منشورًا.
end-canary-yes = إظهار الإصدار العامل للجميع
end-canary-done = يرى الجميع { $fragment } { $version } من جديد.
did-canary = يعرض { $who } الإصدار { $version } من { $fragment } على { $share }
did-end-canary = أنهى { $who } تجربة الإصدار { $version } من { $fragment }
the-gateway = البوابة
crashed-of = تعطل { $crashes } من { $mounts } مرة تشغيل
evidence = الدليل على أنه أسوأ
evidence-of = { $percent } مما ينهيه
untold = لا يُعرف بعد كيف يعمل.
unjudged = لا يُقيَّم: لا يوجد إصدار عامل يُقارَن به.
told-since = منذ بدء الإصدار التجريبي
told-day = في آخر 24 ساعة
half-within = نصف مرات التشغيل خلال
nine-within = 9 من كل 10 مرات تشغيل خلال

# كيف تعمل
health = الحالة
health-span = خلال
span-day = 24 ساعة
span-week = 7 أيام
span-month = 30 يومًا
health-empty = لا تقارير
health-empty-text = لم تبلّغ عنه أي صفحة في هذه المدة. يظهر هنا بعد ثوانٍ من ظهوره على صفحة أحد.
health-failed = تعذّر عرض الحالة
health-mounts = مرات التشغيل
health-crashes = مرات تشغيل تعطلت
health-degraded = مرات تشغيل متدهورة
health-failed-loads = تحميلات فاشلة
health-mount-ms = زمن التشغيل، مللي ثانية
health-poor = صفحات ضعيفة الأداء
whole-mounts = { $n }
whole-crashes = { $n } من { $mounts }
whole-degraded = { $n } من { $mounts }
whole-failed-loads = { $n }
whole-mount-ms = 9 من كل 10 خلال { $n } مللي ثانية
whole-poor = { $n } من { $pages }
plot-words = { $what }، الذروة: { $when }
health-changes = خط متقطع حيث اعتُمد إصدار آخر: { $changes }
as-table = كجدول
health-when = من
health-release = إصدار اعتُمد

# Inspections
inspect = فحص الصفحات
inspect-done = لثماني ساعات تأتي كل صفحة في هذا المتصفح بأداة الفحص: Ctrl Alt I يفتحها ويغلقها.
inspect-open = افتح الصالة معها
