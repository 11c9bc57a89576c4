"""Function words of the languages that users write most: words that say nothing on their own.

Lists of articles, pronouns, prepositions, conjunctions, auxiliaries and question words. A name may
use them freely, because they are fixed here and never come from a conversation. They are compact:
a rare function word that is missing only counts as a content word, which errs on the safe side.
"""

_ENGLISH = """
a an the this that these those such same other another each every either neither both all any some
no none not nor only own just too very so quite rather even still yet already also again ever never
always often sometimes here there where everywhere anywhere somewhere nowhere now then once
i me my mine myself you your yours yourself yourselves we us our ours ourselves he him his himself
she her hers herself it its itself they them their theirs themselves themself one ones oneself
someone somebody something anyone anybody anything everyone everybody everything noone nobody
nothing who whom whose which what whatever whichever whoever when whenever while why how however
am is are was were be been being do does did done doing have has had having can could will would
shall should may might must ought gonna wanna gotta
and or but if because as until than though although unless since whether lest whereas
of at by for with without within about against between among amongst into onto upon through
throughout during before after above below to from up down in out on off over under further toward
towards across along around behind beside besides beyond despite except inside outside near next
per via like unlike plus versus vs
more most less least much many few fewer several enough lot lots
ok okay please pls plz yes yeah etc eg ie
im ive youre youve youll youd hes shes theyre theyve theyll weve dont doesnt didnt isnt arent wasnt
werent cant cannot couldnt wont wouldnt shouldnt hasnt havent hadnt mustnt aint thats theres heres
whats wheres whos hows whens whys lets itll itd thatll y'all yall u ur
"""

#: Words that take a clitic, and the clitics they take: "i'm", "what's", "they'll".
_ENGLISH_HOSTS = """
i you he she it we they that this there here what who where when why how which these those let one
someone somebody something everyone everybody everything anyone anybody nobody nothing
"""
_ENGLISH_CLITICS = "m s re ve ll d"
_ENGLISH_NEGATED = """
do does did is are was were have has had ca can could wo would should must might need ai shan ought
"""

_SPANISH = """
el la los las lo un una unos unas al del de en con sin por para a ante bajo contra desde hacia hasta
entre según sobre tras durante mediante y e o u ni pero mas sino que si porque pues aunque como
cuando donde mientras yo tú tu tus ti te mi mis mí me él ella ello ellos ellas nosotros nosotras nos
vosotros vosotras os usted ustedes se sí su sus le les nuestro nuestra nuestros nuestras este esta
esto estos estas ese esa eso esos esas aquel aquella aquello aquellos aquellas qué quién quiénes
quien cuál cuáles cual cuales cuánto cuánta cuántos cuántas cómo cuándo dónde adónde ser es soy eres
somos son fue era eran sea estar está estoy estás están estaba haber he has ha hay han había hemos
muy más menos mucho mucha muchos muchas poco poca pocos pocas todo toda todos todas otro otra otros
otras alguno alguna algunos algunas algún ningún ninguno ninguna nada nadie algo alguien cada mismo
misma tan tanto también tampoco ya aún todavía aquí allí ahí ahora entonces así no
"""

_GERMAN = """
der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner und oder
aber sondern denn weil dass daß ob wenn als wie während bevor nachdem damit obwohl ich du er sie es
wir ihr mich mir dich dir ihn ihm uns euch ihnen sich mein meine meinen meinem meiner meines dein
deine deinen deinem deiner sein seine seinen seinem seiner ihre ihren ihrem ihrer unser unsere
unseren unserem unserer euer eure dieser diese dieses diesen diesem jener jene jenes jeder jede
jedes jeden jedem alle allen aller alles man wer wen wem wessen was welche welcher welches welchen
welchem wo wohin woher wann warum wieso weshalb wieviel in im ins an am ans auf aus bei beim bis
durch für gegen ohne um mit nach seit von vom vor zu zum zur zwischen über unter hinter neben bin
bist ist sind seid war waren wäre sei gewesen habe hast hat haben habt hatte hätte werde wirst wird
werden wurde wurden würde kann kannst können könnt könnte könntest könnten muss musst müssen soll
sollte sollen will willst wollen möchte möchten darf dürfen mag nicht nichts etwas jemand niemand
auch nur noch schon sehr mehr viel viele vielen wenig so da dann dort hier jetzt nun doch ja nein
bitte mal eben denn daran dazu davon dafür damit darin
"""

_FRENCH = """
le la les l un une des du de d à au aux en dans sur sous avec sans par pour contre entre chez vers
depuis pendant avant après et ou mais donc or ni car que qu qui quoi dont où si comme quand lorsque
lorsqu puisque puisqu parce je j tu il elle on nous vous ils elles me m te t se s lui leur leurs moi
toi soi eux mon ma mes ton ta tes son sa ses notre nos votre vos ce c cet cette ces cela ça ceci
celui celle ceux celles quel quelle quels quelles lequel laquelle lesquels lesquelles comment
pourquoi combien être suis es est sommes êtes sont était étaient été sera serait avoir ai as a avons
avez ont avait avaient eu ne n pas plus moins très trop peu beaucoup tout toute tous toutes autre
autres même mêmes aucun aucune rien personne quelque quelques quelqu chaque aussi encore déjà jamais
toujours ici là y alors ainsi oui non afin jusque jusqu peux peut pouvez puis
"""

_PORTUGUESE = """
o a os as um uma uns umas ao aos à às do da dos das de no na nos nas em num numa por pelo pela pelos
pelas para pra com sem sob sobre entre até desde contra durante e ou mas porém nem que se porque
pois embora como quando onde enquanto eu tu você vocês ele ela eles elas nós me mim te ti si lhe
lhes meu minha meus minhas teu tua teus tuas seu sua seus suas nosso nossa nossos nossas este esta
isto estes estas esse essa isso esses essas aquele aquela aquilo aqueles aquelas qual quais quem quê
quanto quanta quantos quantas ser é sou és somos são foi era eram seja estar está estou estão estava
ter tem tenho têm há haver não sim muito muita muitos muitas mais menos pouco todo toda todos todas
outro outra outros outras algum alguma alguns algumas nenhum nenhuma nada ninguém algo alguém cada
mesmo mesma também já ainda aqui ali lá agora então assim
"""

_ITALIAN = """
il lo la i gli le l un uno una di del dello della dell dei degli delle a al allo alla all ai agli
alle da dal dallo dalla dall dai dagli dalle in nel nello nella nell nei negli nelle con su sul
sullo sulla sull sui sugli sulle per tra fra senza contro verso fino e ed o oppure ma però anche né
che se perché poiché come quando dove mentre io tu lui lei esso essa noi voi loro mi ti si ci vi me
te ne mio mia miei mie tuo tua tuoi tue suo sua suoi sue nostro nostra nostri nostre vostro vostra
questo questa questi queste quest quello quella quelli quelle quell quale quali chi cosa cos quanto
quanta quanti quante essere è sono sei siamo siete era erano sia stato avere ho hai ha abbiamo avete
hanno aveva non più meno molto molta molti molte poco tutto tutta tutti tutte altro altra altri
altre qualche alcuni alcune nessuno nessuna niente nulla qualcosa qualcuno ogni stesso stessa già
ancora qui qua lì là ora adesso allora così sì no puoi può posso
"""

_DUTCH = """
de het een der den en of maar want omdat dat die dit deze als dan toen terwijl hoewel zodat ik jij
je u hij zij ze wij we jullie mij me jou hem haar ons hen hun zich mijn jouw uw zijn onze wie wat
welke welk waar wanneer waarom hoe hoeveel in op aan van voor met naar bij uit om over onder tussen
tegen tot door zonder sinds tijdens na te ben bent is zijn was waren geweest heb hebt heeft hebben
had hadden word wordt worden werd zal zult zullen zou zouden kan kun kunt kunnen kon moet moeten mag
mogen wil wilt willen niet geen niets iets iemand niemand alle alles elke elk veel weinig meer
minder zeer heel ook nog al wel hier daar er nu toen zo ja nee
"""

_RUSSIAN = """
и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее её мне
было вот от меня еще ещё нет о об из ему теперь когда даже ну ли если уже или ни быть был него до
вас нибудь уж вам ведь там потом себя ничего ей может они тут где есть надо ней для мы тебя их чем
была сам чтоб чтобы без будто чего себе под будет тогда кто этот того потому этого какой какая какие
какое ним здесь этом один мой моя моё мои моего моей моих мою твой ваш ваша наш тем нее были куда
зачем всех можно при об другой после над больше тот через эти нас про них какая много эту это эта
перед сколько почему как так кого кому чья чей нам мной очень
"""

_POLISH = """
i a w we z ze na do o od u po za przez przed pod nad przy bez dla między oraz lub albo ale że żeby
aby jeśli jeżeli gdy kiedy gdzie jak bo ponieważ czy co kto kogo komu czego czym jaki jaka jakie
który która które których ile dlaczego ja ty on ona ono my wy oni one mnie mi mną ciebie cię ci go
mu jej ją jego ich im nas nam was wam się siebie mój moja moje mojego mojej twój twoja twoje nasz
wasz swój ten ta to te ci tego tej tych tym tam tu jest są być był była było będzie jestem mam masz
ma mamy mają nie tak już jeszcze tylko bardzo też także więc
"""

_TURKISH = """
bir ve veya ya da de ki ile için gibi kadar ama fakat ancak çünkü eğer ben sen o biz siz onlar beni
seni onu bizi sizi bana sana ona benim senin onun bizim sizin bu şu ne nasıl neden niçin kim hangi
kaç nerede nereye mi mı mu mü değil var yok çok daha en az her hiç bazı şey şimdi sonra önce olan
olarak
"""

_ARABIC = """
في من إلى الى على عن مع هذا هذه ذلك تلك التي الذي الذين ما ماذا من متى أين اين كيف لماذا كم هل أن ان
إن لا لم لن ليس كان كانت يكون أو او و ثم لكن بل إذا اذا أنا انا أنت انت هو هي نحن هم كل بعض أي اي قد
بعد قبل عند بين حتى كما لي لك له لها يا
"""

_HINDI = """
का की के को में से पर है हैं था थी थे हो और या लेकिन कि जो यह वह ये वे मैं हम तुम आप मेरा मेरी
मेरे मुझे आपका आपकी आपके इस उस इन उन क्या कौन कब कहाँ कैसे क्यों कितना कितने कितनी ने तक भी ही तो नहीं
एक कुछ सब लिए साथ बाद पहले
"""

_KOREAN = """
이 그 저 것 수 등 및 또는 그리고 그러나 하지만 나 내 제 저는 나는 너 우리 무엇 뭐 어떤 어떻게
왜 언제 어디 누가 누구 얼마나 있는 있나요 하는 할 한 해 좀 더 안 못 은 는 가 을 를 에 에서 의
와 과 도 로 으로
"""

#: Runs of hiragana that are grammar, and common Chinese words of one or two characters.
_JAPANESE = """
は が を に で と も の へ や か ね よ から まで より です ます ました ません して した する
します しました ください 下さい てください てほしい ほしい たい ている ていた ては でも など
この その あの どの これ それ あれ どれ ここ そこ どこ どう いつ なに なぜ だれ ある あります
いる います ない こと もの ため よう について という として とは には では への での からの
までの を教えて がある したい してください をしてください はいつ ですか ますか でしょうか
のですか とはなんですか
"""
_CHINESE = """
的 了 是 在 我 你 您 他 她 它 们 我们 你们 他们 这 那 这个 那个 这些 那些 和 与 或 及 但 但是
如果 因为 所以 什么 怎么 怎样 如何 为什么 哪 哪里 哪个 谁 多少 几 吗 呢 吧 啊 把 被 给 对 从 到
向 为 以 于 就 也 都 还 不 没 没有 有 要 想 能 可以 会 请 请问 很 更 最 一个 一下
"""

_GREEK = """
ο η το οι τα του της των τον την και ή να θα με σε από για που πως πώς τι ποιος πού πότε γιατί δεν
μην είναι μου σου του μας σας
"""
_HEBREW = """
של את על אל עם לא כן זה זאת אני אתה הוא היא אנחנו הם מה מי איך איפה מתי למה כמה או אם כי גם רק יש
אין
"""


def _contractions() -> frozenset[str]:
    """Every English contraction of a pronoun or an auxiliary."""
    hosts, clitics = _ENGLISH_HOSTS.split(), _ENGLISH_CLITICS.split()
    joined = {f"{host}'{clitic}" for host in hosts for clitic in clitics}
    return frozenset(joined | {f"{verb}n't" for verb in _ENGLISH_NEGATED.split()} | {"can't"})


#: Language name -> its function words.
FUNCTION_WORDS_OF: dict[str, frozenset[str]] = {
    "English": frozenset(_ENGLISH.split()) | _contractions(),
    "Spanish": frozenset(_SPANISH.split()),
    "German": frozenset(_GERMAN.split()),
    "French": frozenset(_FRENCH.split()),
    "Portuguese": frozenset(_PORTUGUESE.split()),
    "Italian": frozenset(_ITALIAN.split()),
    "Dutch": frozenset(_DUTCH.split()),
    "Russian": frozenset(_RUSSIAN.split()),
    "Polish": frozenset(_POLISH.split()),
    "Turkish": frozenset(_TURKISH.split()),
    "Arabic": frozenset(_ARABIC.split()),
    "Hindi": frozenset(_HINDI.split()),
    "Korean": frozenset(_KOREAN.split()),
    "Japanese": frozenset(_JAPANESE.split()),
    "Chinese": frozenset(_CHINESE.split()),
    "Greek": frozenset(_GREEK.split()),
    "Hebrew": frozenset(_HEBREW.split()),
}

#: Function words of one language that are a content word or a given name in another. They need
#: support like any content word.
_AMBIGUOUS = """
ai al ale ali allen als altre ama ante avant ben benim bent bin biz car chi co come comment con
contra cos dai dale dan den des die dit door dort dos dove ed ela elk ella elle em encore entre
era fra go han hast hat hay heel hem hen hoe hun ile ina jan jest kan kim kun lei ma mag mai mal
mam man mas met mia mie min minder mir moi mon nam nog non nos num nun ona oni ora os par pas
pendant pod pois pour quest sana sans sea sem sera sie sim sin sob son sou sous soy sue sur tam
tan tem ten ton tot tout tue van var verso want war wat wem wen wilt wit word
"""

#: Words that need no support in any text, whatever its language.
FUNCTION_WORDS: frozenset[str] = FUNCTION_WORDS_OF["English"] | (
    frozenset().union(*FUNCTION_WORDS_OF.values()) - frozenset(_AMBIGUOUS.split())
)
