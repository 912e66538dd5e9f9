# Everywhere
limits = الحدود وفترات الراحة
limits-text = قرّر مسبقًا مقدار المال والوقت الذي تلعب به. التشديد يسري فورًا، أما التخفيف فيحتاج إلى يوم وتأكيد ثانٍ.
loading = جارٍ التحميل
try-again = إعادة المحاولة
back = رجوع
save = حفظ
visitor = الحدود تخص كل لاعب
visitor-text = سجّل الدخول أو العب بلاعب تجريبي لعرض حدودك وضبطها.
sign-in = اختر طريقة اللعب
stale = الحدود لا تستجيب الآن. هذه حالتها كما كانت الساعة { $time }.
limits-failed = يتعذّر عرض حدودك
limits-failed-text = ما زالت حدودك سارية. نواصل المحاولة، ويمكنك المحاولة أيضًا.
unavailable = لم ينجح ذلك الآن. يُرجى المحاولة بعد قليل.
no-answer = لم يصل رد، ولا نعرف بعد هل حُفظ التغيير. إعادة المحاولة آمنة.
signed-out = أنت غير مسجّل الدخول. سجّل الدخول وحاول مرة أخرى.
conflict = تغيّر الوضع في هذه الأثناء. راجعه مرة أخرى.
value-refused = هذه القيمة غير ممكنة. اختر قيمة أخرى.
break-conflict = هناك فترة راحة أطول سارية بالفعل.

# The limits
kind-deposit = الإيداعات
kind-deposit-text = ما تودعه.
kind-loss = الخسائر
kind-loss-text = ما تراهن به مطروحًا منه ما تربحه.
kind-stake = الرهانات
kind-stake-text = مجموع ما تراهن به، ربحت أم خسرت.
kind-time = الوقت
kind-time-text = مدة لعبك.
per-day = في اليوم
per-week = في الأسبوع
per-month = في الشهر
no-limit = بلا حد
set = ضبط
change = تغيير
used = المستخدَم
used-of = { $used } من { $limit }، يتجدد في { $when }
used-so-far = { $used } حتى الآن
amount-label = الحد الجديد
minutes-label = الحد الجديد بالدقائق
amount-empty = أدخل مبلغًا.
amount-not-a-number = أدخل المبلغ بالأرقام، مثل 25 أو 12.50.
amount-too-fine = منازل هذه العملة العشرية أقل من ذلك.
amount-too-large = هذا كبير جدًا.
minutes-empty = أدخل عدد الدقائق.
minutes-not-a-number = أدخل دقائق صحيحة بالأرقام، مثل 90.
effect-hint = خفض الحد يسري فورًا، أما رفعه فيمكن تأكيده بعد 24 ساعة.
effect-nothing = هذا هو حدك الحالي.
effect-at-once = سيسري { $limit } فورًا.
effect-later = { $limit } أعلى من الحالي: يمكنك تأكيده بعد 24 ساعة، وحتى ذلك الحين يسري الحد الحالي.
remove-limit = إزالة الحد
limit-holds = تم الحفظ. من الآن فصاعدًا: { $limit }.
increase-asked = تم التسجيل. يمكنك تأكيده ابتداءً من { $when }، وحتى ذلك الحين يسري الحد الحالي.
increase-waits = المطلوب: { $limit }. يمكنك تأكيده ابتداءً من { $when }، وحتى ذلك الحين يسري الحد الحالي.
increase-ripe = المطلوب: { $limit }. يسري فور تأكيدك.
increase-confirm = تأكيد رفع الحد
increase-cancel = الإبقاء على الحد الحالي
increase-cancelled = يبقى الحد الحالي.

# The reality check
check = التذكير بمدة اللعب
check-text = بعد هذه المدة على الطاولات ترى كم لعبت وما النتيجة. والرهان التالي ينتظر ردك.
check-interval = المدة بين التذكيرات
check-saved = تم الحفظ: تذكير كل { $time }.

# Breaks
break = خذ استراحة
break-text = لا رهانات ولا إيداعات ولا عروض لبعض الوقت. يمكنك السحب طوال المدة.
break-length = مدة الاستراحة
take-break = خذ استراحة
length-day = 24 ساعة
length-week = أسبوع
length-month = شهر
length-six-weeks = 6 أسابيع
break-question = أتريد استراحة لمدة { $length }؟
break-yes = استراحة لمدة { $length }
exclusion = الاستبعاد الذاتي
exclusion-text = إذا كان اللعب يضرّك، فيمكنك استبعاد نفسك لنصف سنة أو أكثر.
exclusion-length = مدة الاستبعاد الذاتي
exclude = استبعاد نفسي
months =
    { $count ->
        [zero] { $count } شهر
        [one] شهر واحد
        [two] شهرين
        [few] { $count } أشهر
        [many] { $count } شهرًا
       *[other] { $count } شهر
    }
years =
    { $count ->
        [zero] { $count } سنة
        [one] سنة واحدة
        [two] سنتين
        [few] { $count } سنوات
        [many] { $count } سنة
       *[other] { $count } سنة
    }
exclusion-question = أتريد استبعاد نفسك لمدة { $length }؟
exclusion-yes = استبعاد نفسي لمدة { $length }
consequences = هذا ما سيحدث:
consequence-now = تُحظر الرهانات والإيداعات والعروض فورًا، في كل نافذة وعلى كل جهاز.
consequence-open = تُسوّى الرهانات المفتوحة، ويمكنك سحب أموالك في أي وقت.
consequence-final = لا يمكن التراجع عن ذلك أو تقصيره، ولا حتى من قِبلنا.
blocked-time-out = أنت في فترة راحة حتى { $when }. الرهانات والإيداعات والعروض محظورة، ويمكنك السحب في أي وقت.
blocked-excluded = استبعدت نفسك حتى { $when }. الرهانات والإيداعات والعروض محظورة، ويمكنك السحب في أي وقت.
