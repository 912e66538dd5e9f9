# Everywhere
wallet = المحفظة
play-money = نقود افتراضية
loading = جارٍ التحميل
try-again = إعادة المحاولة
back = رجوع
unavailable = لم ينجح ذلك الآن. يُرجى المحاولة مرة أخرى بعد لحظات.
no-connection = لا يوجد اتصال. تحقّق من الشبكة ثم حاول مرة أخرى.
too-many = محاولات كثيرة جدًا. يُرجى الانتظار دقيقة.

# Getting in and out
welcome = تفضّل إلى الطاولة
welcome-text = طاولات مباشرة بنقود افتراضية. لا تدفع شيئًا، والمكسب هو متعة اللعب وحدها.
play-demo = العب بلاعب تجريبي
demo-text = نقرة واحدة: لاعب جديد بنقود افتراضية ودون أي بيانات.
or = أو
account = حسابك
sign-in = تسجيل الدخول
sign-up = إنشاء حساب
sign-out = تسجيل الخروج
create-account = إنشاء الحساب
sign-in-wanted = اختر أولًا كيف تريد اللعب: اللاعب التجريبي على بُعد نقرة واحدة.
name = الاسم
email = البريد الإلكتروني
password = كلمة المرور
password-hint = 8 أحرف على الأقل.
show-password = إظهار كلمة المرور
hide-password = إخفاء كلمة المرور
name-invalid = أدخل اسمًا من 1 إلى 40 حرفًا.
email-invalid = أدخل عنوانًا مثل name@example.com.
password-invalid = استخدم من 8 إلى 200 حرف.
password-missing = أدخل كلمة المرور.
email-taken = هذا العنوان مسجَّل من قبل. سجّل الدخول بدلًا من ذلك.
wrong-credentials = البريد الإلكتروني أو كلمة المرور غير صحيحة.
account-locked = هذا الحساب مقفل. تواصل مع الدعم.
signed-out = تم تسجيل خروجك. سجّل الدخول ثم حاول مرة أخرى.
demo = تجريبي

# The balance
cash = الرصيد
bonus = المكافأة
bonus-hint = يمكن الرهان بالمكافأة، ولا يمكن سحبها.
held = محجوز
held-hint = مبلغ محجوز لعمليات سحب ما زلنا نراجعها.
balance-announcement = رصيدك الآن { $balance }.
balance-failed = يتعذّر عرض رصيدك الآن. نقودك في أمان ونواصل المحاولة.
stale-down = المحفظة لا تستجيب الآن. هذا رصيدك كما كان { $age }.
stale-offline = أنت غير متصل. هذا رصيدك كما كان { $age }.

# The gaming session
session-time = مدة اللعب
session-net = الربح أو الخسارة
limits = الحدود وفترات الراحة
block-time-out = أنت في فترة راحة حتى { $when }. الرهانات والإيداعات والعروض محظورة، ويمكنك السحب في أي وقت.
block-excluded = استبعدت نفسك حتى { $when }. الرهانات والإيداعات والعروض محظورة، ويمكنك السحب في أي وقت.
refused-loss = رُفض رهانك الأخير بسبب حد الخسارة ({ $period }) وقدره { $limit }. المتبقي حتى { $when }: { $left }.
refused-stake = رُفض رهانك الأخير بسبب حد الرهان ({ $period }) وقدره { $limit }. المتبقي حتى { $when }: { $left }.
refused-time = رُفض رهانك الأخير بسبب حد الوقت ({ $period }) وقدره { $limit }. المتبقي حتى { $when }: { $left }.
limit-day = يوم
limit-week = أسبوع
limit-month = شهر

# The reality check
check-title = حان الوقت لإلقاء نظرة على الساعة
check-text = يأتي هذا التذكير بالفاصل المحدد في حدودك. يمكنك وضع الرهان التالي بمجرد المتابعة.
check-time = مدة اللعب
check-net = الربح أو الخسارة
check-continue = متابعة اللعب
check-history = عرض السجل
check-leave = التوقف وتسجيل الخروج
check-failed = لم يصل ردك، والرهان التالي بانتظاره. يُرجى المحاولة مرة أخرى.
check-waiting = هناك تذكير بمدة اللعب بانتظارك. يمكنك وضع الرهان التالي بعد الرد عليه.
check-open = الرد الآن

# Paying in and out
move-money = إيداع أو سحب
deposit = إيداع
withdraw = سحب
deposit-amount = مبلغ الإيداع
withdraw-amount = مبلغ السحب
withdraw-hint = المتاح: { $available }
quick-amounts = مبالغ سريعة
amount-empty = أدخل مبلغًا.
amount-not-a-number = أدخل المبلغ بالأرقام، مثل 25 أو 12.50.
amount-too-fine = عدد الخانات العشرية أكبر مما تسمح به هذه العملة.
amount-too-large = هذا المبلغ كبير جدًا.
amount-zero = يجب أن يكون المبلغ أكبر من صفر.
amount-refused = هذا المبلغ غير ممكن. اختر مبلغًا آخر.
insufficient-funds = يمكنك سحب { $available } على الأكثر.
limit-reached = سيتجاوز هذا أحد الحدود. اختر مبلغًا أصغر.
deposit-hint = حد الإيداع ({ $period }): المتبقي { $left } من { $limit } حتى { $when }.
deposit-limit = سيتجاوز هذا حد الإيداع ({ $period }) وقدره { $limit }. يمكنك إيداع { $left } حتى { $when }.
play-blocked = لا يمكن الإيداع خلال فترة راحتك.
confirm-title = سحب { $amount }؟
confirm-text = لا يمكن التراجع عن السحب.
confirm-submit = سحب { $amount }
deposit-done = تم إيداع { $amount }. رصيدك { $balance }.
withdraw-done = تم سحب { $amount }. رصيدك { $balance }.
withdraw-held = تم حجز { $amount }. نراجع السحب ثم ندفعه. رصيدك { $balance }.
unsure-deposit = لم يصل رد، ولا نعرف بعد هل أُودع { $amount }. إعادة المحاولة آمنة: لا يمكن أن يتكرر الإيداع.
unsure-withdraw = لم يصل رد، ولا نعرف بعد هل سُحب { $amount }. إعادة المحاولة آمنة: لا يمكن أن يتكرر السحب.
leave-it = اتركه كما هو

# The history
history = السجل
latest = الأحدث
open-wallet = السجل الكامل
filter-kind = النوع
filter-period = الفترة
filter-all = الكل
filter-deposits = الإيداعات
filter-withdrawals = السحوبات
filter-bets = الرهانات
filter-wins = الأرباح
filter-bonus = المكافآت
period-day = 24 ساعة
period-week = 7 أيام
period-month = 30 يومًا
period-all = كل الوقت
kind-deposit = إيداع
kind-withdrawal = سحب
kind-bet = رهان
kind-win = ربح
kind-rollback = رهان مسترد
kind-bonus = مكافأة
kind-promo-payout = هدية من الاستوديو
kind-paid-out = تم دفع السحب
kind-returned = سحب مُعاد
total-in = الوارد { $amount }
total-out = الصادر { $amount }
balance-after = الرصيد بعدها:
show-more = عرض المزيد
history-empty = لا شيء هنا بعد
history-empty-text = تظهر الإيداعات والرهانات والأرباح هنا فور حدوثها.
history-failed = يتعذّر عرض السجل
history-failed-text = لم يُفقد شيء. نواصل المحاولة، ويمكنك المحاولة أيضًا.
