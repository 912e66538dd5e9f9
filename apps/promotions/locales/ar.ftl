# Everywhere
promotions = العروض
promotions-text = كلها بنقود افتراضية، وكل الشروط مذكورة على البطاقة.
loading = جارٍ التحميل
try-again = إعادة المحاولة
stale = العروض لا تستجيب الآن. هذه حالتها كما كانت الساعة { $time }.
offers-failed = يتعذّر إظهار العروض الآن
offers-failed-text = تقدّمك محفوظ. نواصل المحاولة.
offers-empty = لا توجد عروض حاليًا
offers-empty-text = ستظهر العروض الجديدة هنا تلقائيًا.

# The card
reward-bonus = مكافأة
reward-cash = نقدًا
conditions = الشروط
wagering = متطلبات الرهان
wagering-none = لا يوجد
wagering-times = { $times } × المكافأة
contribution = نسبة الاحتساب
contribution-of = الروليت { $roulette }، الباكارا { $baccarat }
min-deposit = الحد الأدنى للإيداع
min-deposit-none = غير مطلوب
max-bet = الحد الأقصى للرهان
max-win = الحد الأقصى للربح
expires = ينتهي في
eligible = من يمكنه المشاركة
full-terms = الشروط الكاملة
progress = التقدّم
progress-of = { $current } من { $target }
state-offered = متاح
state-active = مشارك
state-earned = مستحق
state-claimed = تم الاستلام
state-expired = منتهٍ

# Taking part
accept = قرأت الشروط، الإصدار { $version }، وأوافق عليها.
accept-first = وافق على الشروط للمشاركة.
opt-in = شارك
claim = استلم { $amount }
credited = أصبح { $amount } في محفظتك.

# What can go wrong
offer-moved-on = تغيّر هذا العرض في هذه الأثناء. تعرض البطاقة الآن وضعك الحالي.
terms-changed = للشروط إصدار جديد. اقرأه ووافق عليه للمشاركة.
not-eligible = لا يمكنك المشاركة في هذا العرض الآن.
offer-gone = لم يعد هذا العرض موجودًا.
signed-out = تم تسجيل خروجك. سجّل الدخول ثم حاول مرة أخرى.
no-answer = لم يصل رد. حاول مرة أخرى: لا يمكن أن يتكرر الإجراء.
unavailable = لم ينجح ذلك الآن. يُرجى المحاولة مرة أخرى بعد لحظات.
