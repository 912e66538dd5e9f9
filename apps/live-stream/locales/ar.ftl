# The lobby
lobby-title = الطاولات المباشرة
lobby-lead = موزعون حقيقيون وجولات حقيقية وأموال لعب افتراضية.
all-tables = كل الطاولات
lobby-offline = لا يستجيب الاستوديو منذ الساعة { $time }. هذه الطاولات كما كانت حينها، وستعود الصفحة إلى العمل تلقائيًا.
lobby-empty = لا توجد طاولات بعد
lobby-empty-hint = ما إن يفتح الاستوديو طاولة حتى تظهر هنا.
lobby-error = تعذّر تحميل الطاولات
lobby-error-hint = نواصل المحاولة. محفظتك وعروضك تعمل كالمعتاد.
try-again = إعادة المحاولة
loading = جارٍ التحميل
live = مباشر
offline = غير متصل
roulette = روليت
baccarat = باكارا
limits = { $min } – { $max }
seated =
    { $count ->
        [zero] لا لاعبين
        [one] لاعب واحد
        [two] لاعبان
        [few] { $count } لاعبين
        [many] { $count } لاعبًا
       *[other] { $count } لاعب
    }

# The table
dealer = الموزّع { $name }
table-missing = هذه الطاولة غير موجودة
table-missing-hint = ربما أُغلقت. ألقِ نظرة على الطاولات الأخرى.
second-table-open = أضف طاولة ثانية
second-table-close = أغلق هذه الطاولة
connecting = جارٍ الاتصال بالاستوديو…
feed-lost = انقطع الاتصال بالاستوديو الساعة { $time }. رهاناتك في أمان: الرهانات المقبولة قائمة وتُسوّى الجولة من دونك. نعيد الاتصال الآن.
video = بث فيديو مباشر للطاولة
still = صورة ثابتة
video-frozen = الفيديو متوقف واللعب مستمر
video-lag = متأخر { $seconds } ث

# The round
time-left = الوقت المتبقي
phase-open = ضعوا رهاناتكم
phase-closing = آخر الرهانات
phase-closed = أُغلقت الرهانات
phase-spinning = الكرة تدور
phase-dealing = يجري توزيع الأوراق
phase-result = النتيجة
phase-settled = سُوّيت الرهانات
phase-cancelled = أُلغيت الجولة
phase-unknown = بانتظار الاستوديو
announce-open =
    { $count ->
        [zero] ضعوا رهاناتكم
        [one] ضعوا رهاناتكم، ثانية واحدة
        [two] ضعوا رهاناتكم، ثانيتان
        [few] ضعوا رهاناتكم، { $count } ثوانٍ
        [many] ضعوا رهاناتكم، { $count } ثانية
       *[other] ضعوا رهاناتكم، { $count } ثانية
    }
announce-left =
    { $count ->
        [zero] انتهى الوقت
        [one] بقيت ثانية واحدة
        [two] بقيت ثانيتان
        [few] بقيت { $count } ثوانٍ
        [many] بقيت { $count } ثانية
       *[other] بقيت { $count } ثانية
    }
round-cancelled = أُلغيت هذه الجولة، وتُعاد كل الرهانات.
paid-cancelled = أُعيدت الرهانات: { $amount }
paid-won = ربحت { $won } من رهان بقيمة { $staked }
paid-lost = لا ربح في هذه الجولة. كان رهانك { $staked }

# Betting
my-bets = رهاناتي
balance = المتاح للرهان
chip-to-bet = فيشة الرهان
undo = تراجع
clear = مسح
double = ضاعف
repeat = كرّر
visitor = أنت تشاهد كضيف.
sign-in = سجّل الدخول للمراهنة
message-sign-in = سجّل الدخول أولًا ثم ضع رهانك.
message-limits = الرهان على الخانة الواحدة من { $min } إلى { $max }.
message-no-feed = لا اتصال بالاستوديو: لم يوضع أي رهان.
message-no-launch = المراهنة غير متاحة الآن. لم يوضع أي رهان، ونواصل المحاولة.
message-unconfirmed = لم يُؤكَّد رهانك الأخير قبل انقطاع الاتصال. سجل محفظتك يبيّن ما هو محسوب.
message-round-closed = فات الأوان: أُغلقت رهانات هذه الجولة.
message-insufficient-funds = رصيدك لا يكفي لهذا الرهان.
message-player-limit = حدودك لا تسمح بهذا الرهان الآن. المحفظة توضح السبب.
message-wallet-unavailable = لم تستجب محفظتك في الوقت المناسب، فأُلغي الرهان.
message-refused = لم تقبل الطاولة هذا الرهان.
cloth = لوحة الرهان
spot = { $spot }، يدفع { $pays } إلى 1
spot-staked = { $spot }، يدفع { $pays } إلى 1، رهانك { $stake }

# Roulette
last-numbers = الأرقام الأخيرة
number-zero = صفر { $number }
number-red = أحمر { $number }
number-black = أسود { $number }
spot-red = أحمر
spot-black = أسود
spot-odd = فردي
spot-even = زوجي
spot-range = { $first } – { $last }
spot-column = العمود { $number }
spot-split = مشترك { $numbers }
spot-street = شارع { $numbers }
spot-corner = زاوية { $numbers }
spot-line = خط { $numbers }
more-bets = رهانات أخرى
splits = المشتركة
streets = الشوارع
corners = الزوايا
lines = الخطوط

# Baccarat
player = اللاعب
banker = المصرفي
tie = تعادل
player-pair = زوج اللاعب
banker-pair = زوج المصرفي
player-initial = ل
banker-initial = م
tie-initial = ت
odds = { $pays } إلى 1
odds-banker = 0.95 إلى 1
spot-odds = { $spot }، يدفع { $odds }
spot-odds-staked = { $spot }، يدفع { $odds }، رهانك { $stake }
bead-road = سجل الخرز
player-wins = يفوز اللاعب { $player } مقابل { $banker }
banker-wins = يفوز المصرفي { $banker } مقابل { $player }
tie-wins = تعادل { $player } مقابل { $banker }
