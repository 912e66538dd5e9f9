# Everywhere
account = حسابك
account-text = بياناتك وكلمة مرورك والأجهزة التي سجّلت الدخول منها وما نحتفظ به عنك.
loading = جارٍ التحميل
try-again = إعادة المحاولة
back = رجوع
unavailable = لم ينجح ذلك الآن. يُرجى المحاولة بعد قليل.
no-connection = لا يوجد اتصال. تحقّق من الشبكة وحاول مرة أخرى.
too-many = محاولات كثيرة جدًا. يُرجى الانتظار دقيقة.
stale = حسابك لا يستجيب الآن. هذه حالته عند { $time }.
account-failed = لا يمكن عرض حسابك الآن
account-failed-text = لم يُفقد شيء. نواصل المحاولة.

# Nobody is here
signed-out = لقد سجّلت الخروج
signed-out-text = سجّل الدخول لترى حسابك.
session-ended-text = أُنهيت هذه الجلسة، هنا أو على جهاز آخر. سجّل الدخول للمتابعة.
sign-in = تسجيل الدخول

# A demo player
demo-title = أنت تلعب بلاعب تجريبي
demo-text = يبقى اللاعب التجريبي ما دامت هذه الجلسة، وليست له بيانات ولا كلمة مرور. للاحتفاظ بحساب، سجّل الخروج وأنشئ حسابًا.

# Details
details = البيانات
sign-in-email = تسجّل الدخول بواسطة
name = الاسم
contact-email = البريد الإلكتروني للرسائل
contact-email-hint = اتركه فارغًا إذا كان بإمكاننا الكتابة إلى العنوان الذي تسجّل الدخول به.
phone = الهاتف
phone-hint = مع رمز الدولة، مثل ‎+971 4 123 4567.
address = العنوان البريدي
address-hint = كما يُكتب على الظرف.
language = لغة رسائلنا
language-hint = تُختار لغة هذه الصفحة من أعلاها.
language-any = بلا اختيار
save = حفظ
saved = حُفظت بياناتك.
member-since = أُنشئ الحساب في { $date }
name-invalid = أدخل اسمًا من 1 إلى 40 حرفًا.
email-invalid = أدخل عنوانًا مثل name@example.com.
phone-invalid = أدخل علامة + ثم 7 إلى 15 رقمًا.
address-invalid = أدخل 8 أسطر و300 حرف على الأكثر.
details-newer = غُيّرت هذه البيانات في علامة تبويب أخرى أو على جهاز آخر. لم يُحفظ شيء هنا بعد.
take-newer = عرض الأحدث
keep-mine = حفظ بياناتي

# Password
password = كلمة المرور
password-text = تغييرها يسجّل خروجك من كل جهاز آخر.
current-password = كلمة المرور الحالية
new-password = كلمة المرور الجديدة
new-password-hint = 8 أحرف على الأقل، وغير الحالية.
show-password = إظهار كلمة المرور
hide-password = إخفاء كلمة المرور
change-password = تغيير كلمة المرور
password-changed = تغيّرت كلمة مرورك. سُجّل الخروج من كل جهاز آخر.
current-password-wrong = هذه ليست كلمة مرورك الحالية.
current-password-missing = أدخل كلمة مرورك الحالية.
new-password-invalid = استخدم من 8 إلى 200 حرف، وغير كلمة مرورك الحالية.
password-too-many = محاولات كثيرة جدًا. يُرجى الانتظار ربع ساعة.

# Where the player is signed in
sessions = أين سجّلت الدخول
sessions-text = نحتفظ لكل جلسة بالمتصفح والنظام وهذه الأوقات، ولا نحتفظ بأي عنوان شبكة.
device = { $browser } على { $system }
unknown-device = جهاز غير معروف
this-device = هذا الجهاز
active-now = الآن
session-times = تسجيل الدخول { $begun } · آخر نشاط { $seen }
sign-out = تسجيل الخروج
end-session = تسجيل الخروج من { $device }
sign-out-everywhere = تسجيل الخروج من كل مكان
confirm-title = تسجيل الخروج من كل مكان؟
confirm-text = يُسجّل الخروج فورًا من كل جهاز، ومن هذا أيضًا، وتُغادَر الطاولات المفتوحة. الرهانات الموضوعة تُسوّى رغم ذلك.

# What is held
export = بياناتك
export-text = ملف فيه كل ما نحتفظ به عنك: الحساب والجلسات وكل حركة في محفظتك والعروض والطاولات.
export-download = تنزيل كملف
export-begun = بدأ التنزيل.
export-later = يمكنك تنزيله مرة أخرى عند { $time }.
