"""How people open, wrap and close a request, in the languages that users write most.

Compact lists, not grammars: a cue that is missing only makes a sentence count a little less.
"""

import re


def _any(words: str) -> str:
    """Alternatives for a regular expression; `_` stands for a space, longest first."""
    alternatives = sorted(set(words.split()), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word.replace("_", " ")) for word in alternatives)


_GREETING_WORDS = """
hi hello hey hiya howdy yo greetings good_morning good_afternoon good_evening good_day dear
hi_there hello_there hey_there hey_you hi_guys hi_everyone hi_all sup what's_up
hola buenos_días buenas buenas_tardes buenas_noches oye saludos bonjour bonsoir salut coucou
hallo guten_tag guten_morgen guten_abend moin servus hallo_zusammen ciao salve buongiorno
buonasera olá oi bom_dia boa_tarde boa_noite hoi goedemorgen goedendag goedemiddag cześć
dzień_dobry witam merhaba selam здравствуйте привет добрый_день доброе_утро добрый_вечер
hej god_morgon hei moi xin_chào chào halo hai selamat_pagi selamat_siang
مرحبا السلام_عليكم اهلا أهلا नमस्ते 你好 您好 嗨 こんにちは こんばんは おはようございます
안녕하세요 안녕
"""
_NAMES = "siri alexa google chatgpt gpt claude bot computer ai assistant buddy mate bro dude man"
_FILLER_WORDS = """
so well ok okay alright right yes yeah yep no nope sure oh ah um uh hmm lol haha wow great cool
nice awesome perfect thanks thank_you thx ty thank_you_so_much thanks_a_lot sorry excuse_me
please pls plz kindly just also actually basically honestly now then and but anyway listen look
quick_question random_question one_more_question i_have_a_question i_got_a_question question gotcha
got_it got_a_quick_one one_more_thing i_could_use_some_help hope_you_can_help me_again
let's_try_this long_time_no_chat i_need_help i_need_some_help
por_favor gracias muchas_gracias vale bueno pues entonces perdón disculpa disculpe una_pregunta
s'il_vous_plaît s'il_te_plaît svp stp merci merci_beaucoup alors donc bon d'accord excusez-moi
bitte danke danke_dir vielen_dank also na gut eine_frage kurze_frage entschuldigung
ich_brauche_mal_hilfe per_favore per_piacere grazie grazie_mille allora scusa scusi va_bene
obrigado obrigada então certo desculpe desculpa uma_pergunta
alstublieft alsjeblieft dank_je bedankt dus oké proszę dziękuję więc lütfen teşekkürler tamam
пожалуйста спасибо так ну вопрос ладно хорошо tack snälla tak vær_så_snill kiitos tolong
terima_kasih من_فضلك شكرا لو_سمحت कृपया धन्यवाद 请问 请 谢谢 麻烦 すみません ありがとうございます
ありがとう お願いします 감사합니다 죄송합니다
"""
_CLOSING_WORDS = """
please pls plz thanks thank_you thx ty tia thanks_in_advance thank_you_in_advance cheers
thank_you_so_much thank_you_very_much many_thanks for_me ok okay lol haha xd :) :( ^^
por_favor gracias muchas_gracias gracias_de_antemano s'il_vous_plaît s'il_te_plaît svp stp merci
merci_d'avance bitte danke vielen_dank vielen_dank_im_voraus danke_dir danke_im_voraus lg
per_favore grazie grazie_mille grazie_in_anticipo obrigado obrigada desde_já_obrigado
alstublieft alsjeblieft dank_je bedankt proszę dziękuję lütfen teşekkürler пожалуйста спасибо
tack kiitos terima_kasih شكرا من_فضلك धन्यवाद 谢谢 お願いします ありがとうございます 감사합니다
"""

_GREETINGS = _any(_GREETING_WORDS)
_FILLERS = _any(_FILLER_WORDS)
_CLOSINGS = _any(_CLOSING_WORDS)

#: A greeting or a filler at the start, with what must follow it: punctuation, a name and a pause,
#: or the first word of a request.
OPENING = re.compile(
    rf"^[\s¡¿]*(?:(?:{_GREETINGS})(?: (?:{_any(_NAMES)}))?"
    rf"(?:\s*[,!.;:?？！。、，،～~]+\s*|\s+[-–—]\s+|\s+(?={_GREETINGS})|\s+(?=(?:i|can|could|would|will|please"
    r"|what|how|who|where|when|why|is|are|do|does|tell|give|my|need|we)\b))"
    rf"|(?:{_any(_NAMES)}),\s*"
    rf"|(?:{_FILLERS})(?:\s*[,!.;:！。、，،]+\s*|\s+[-–—]\s+|\s+(?=(?:{_FILLERS})\b)))",
    re.IGNORECASE,
)

#: Words that open a request politely and need no punctuation after them.
POLITE_OPENING = re.compile(
    rf"^(?:{_any('please pls plz kindly just so ok okay well also and but then bitte proszę')}"
    rf"|{_any('por_favor per_favore пожалуйста lütfen tolong mohon')})\s+"
    r"|^(?:请问|请|麻烦|すみません、?)",
    re.IGNORECASE,
)

CLOSING = re.compile(
    rf"(?:[\s,;.!:、，。！—-]{{1,8}}|(?<=[?？。！]))(?:{_CLOSINGS})\s*[.!。！)]*\s*$", re.IGNORECASE
)

_SMALL_TALK = """
there you very much so that is was good a lot how are doing today it for going do i like really the
helpful your help me to and
"""

#: Words of sentences that are nothing but greetings, thanks and noises.
EMPTY_WORDS = frozenset(
    " ".join((_GREETING_WORDS, _FILLER_WORDS, _CLOSING_WORDS, _SMALL_TALK))
    .replace("_", " ")
    .split()
)

#: What wraps an English request; what is left begins with the verb of the request.
WRAPPED = re.compile(
    r"^(?:"
    r"(?:(?:can|could|would|will|may|might)(?:n't| not)? (?:you|u|ya|we)(?: (?:please|pls|plz"
    r"|kindly|maybe|possibly|also|just|help me(?: to)?|be able to|mind))* (?:please )?)"
    r"|(?:(?:is it|would it be) possible (?:for you )?to )"
    r"|(?:(?:would|do) you mind )"
    r"|(?:are you able to )|(?:any chance (?:that )?you (?:could|can|would) )"
    r"|(?:do you think (?:that )?you (?:could|can|would) )"
    r"|(?:i(?: would|'d|d)? (?:really |just |also |still )?(?:need|want|like|love|wish|prefer"
    r"|expect)(?: for)? (?:you|u) to (?:please )?)"
    r"|(?:i(?: was|'m| am|m)? wonder(?:ing)? (?:if|whether) you (?:could|can|would|might) "
    r"(?:please )?)"
    r"|(?:help me (?:to |out and |with (?=\w+ing\b))?)"
    r"|(?:(?:you (?:should|must|need to|have to) )(?:please )?)"
    r"|(?:(?:let's|lets|let us|go ahead and|try to|be sure to|make sure to|i ask you to) )"
    r"|(?:(?:please|kindly|just|now|then) )"
    r")+",
    re.IGNORECASE,
)

#: What wraps a user's own plan; what is left begins with the verb of the plan.
PLAN = re.compile(
    r"^i(?:(?: would|'d|d)? (?:really |just |also |still )?(?:need|want|like|love|wish|prefer) to "
    r"|(?: am|'m|m) (?:trying|looking|hoping|going|planning|attempting|struggling) to "
    r"|(?: need| could use| want| am looking for|'m looking for) (?:some |your |a bit of )?help "
    r"(?:to |in |with )?(?=\w))",
    re.IGNORECASE,
)

#: What wraps a thing that a user wants; what is left begins with the thing.
NEED = re.compile(
    r"^i(?:(?: would|'d|d)? (?:really |just |also |still )?(?:need|want|like|love|wish for)"
    r"|(?: am|'m|m) (?:looking|searching|hunting) for|(?: am|'m|m) in need of) "
    r"(?=(?:a|an|the|some|any|my|your|more|\d+|[a-z]+s)\b)",
    re.IGNORECASE,
)

#: A clause before the request itself: "As a tourist, ...", "When I buy a new TV, ...".
LEADING_CLAUSE = re.compile(
    r"^(?:as|if|when|while|given|assuming|suppose|considering|since|because|for|in|on|at|with|using"
    r"|based|from|after|before|to|during|according|regarding|about|aside|besides|hypothetically"
    r"|although|though|once|imagine|let's say|say|out of curiosity)\b[^,]{0,120}, (?=\w)",
    re.IGNORECASE,
)

_IMPERATIVES = """
accept act activate add adjust advise analyse analyze answer apply arrange ask assess assist
assume book brainstorm break build buy calculate call cancel categorize centre change chat check
choose cite clarify classify clean close code combine come comment compare compile complete compose
compute confirm connect consider construct continue convert cook correct count create critique
debug decide decline define delete demonstrate derive describe design determine develop devise
diagnose differentiate direct discuss display divide do draft draw edit elaborate eliminate enable
end enhance ensure estimate evaluate examine expand explain explore express extend extract factor
fetch fill filter find finish fix flip follow forget format formulate generate get give go google
grade group guess guide help highlight identify imagine implement improve include increase inform
insert install interpret introduce invent invert join keep leave let list locate look make map
match mention merge modify move name note open optimise optimize order organise organize outline
paraphrase pass pay pick place plan play plot point predict prepare present pretend print produce
program proofread propose prove provide put quiz quote rank rate read rearrange recap recite
recommend record redo reduce refactor refine regenerate remember remind remove rename reorder
repeat rephrase replace reply report reschedule research reserve reset resolve respond restructure
retry return reverse review revise rewrite roll rotate round run save say schedule search select
send separate set share shorten show sign simplify simulate sketch skip solve sort speak spell
split start state stop structure study submit subtract suggest sum summarise summarize swap switch
take talk teach tell test think toss track train transcribe transfer transform translate transpose
troubleshoot try turn type update use validate verify visualise visualize wake walk warn write
"""
_FOREIGN_FIRST_WORDS = """
qué que cómo como cuál cual cuáles cuándo cuando dónde donde quién quien cuánto cuánta cuántos
puedes podrías puede podría necesito quiero quisiera explica explícame escribe dame dime haz
ayúdame traduce resume crea busca hay es quel quelle quels quelles comment pourquoi combien où qui
quand peux-tu pouvez-vous pourrais-tu pourriez-vous est-ce qu'est-ce explique écris donne dis aide
traduis résume je_voudrais fais was wie wer wo wann warum wieso weshalb welche welcher welches
woher wohin kannst können könntest könnten würdest gibt ist sind schreibe schreib erkläre erklär
gib nenne hilf übersetze fasse mach zeig würden soll darf che cosa cos'è come quando dove perché
chi quale quali quanto puoi potresti può potrebbe scrivi spiega spiegami dammi dimmi aiutami
traduci riassumi vorrei o qual quais onde por quem pode poderia você preciso quero gostaria
escreva me traduza resuma crie existe wat hoe waar wanneer waarom welke kun kunt kan zou schrijf
leg geef vertaal help maak co jak kto gdzie kiedy dlaczego czy ile jaki jaka jakie który możesz
napisz wyjaśnij podaj przetłumacz pomóż stwórz potrzebuję chcę что как кто где когда почему зачем
сколько какой какая какие какое можно можешь можете мог могли не напиши напишите объясни объясните
расскажи расскажите помоги помогите переведи дай дайте хочу составь придумай сделай скажи подскажи
подскажите есть ли ne nasıl neden niçin kim nerede hangi kaç bana lütfen yaz açıkla çevir apa
bagaimana mengapa kenapa siapa kapan dimana berapa apakah bisakah tolong buatkan jelaskan ما ماذا
كيف لماذا متى أين من هل كم اكتب اشرح أعطني ساعدني أريد ترجم क्या कैसे क्यों कब कहाँ कौन मुझे बताओ
लिखो vad hur varför när vem vilken skriv hvad hvordan hvorfor hvem hva hvor mitä miten miksi
"""

#: English verbs in the imperative with which requests begin.
IMPERATIVES = frozenset(_IMPERATIVES.split())

#: First words of questions and requests in other languages, lower case.
FOREIGN_FIRST_WORDS = frozenset(_FOREIGN_FIRST_WORDS.split())

#: Endings and beginnings that ask, in scripts without spaces between words.
UNSPACED_ASKING = re.compile(
    r"^(?:请|帮|给我|怎么|如何|为什么|什么|写|解释|翻译|推荐|我想|我要|能|可以)|(?:吗|呢|么)[？?]?$"
    r"|(?:ください|下さい|お願いします|ますか|ですか|でしょうか|教えて|[いきしちにみりっん]て|たい(?:です)?|欲しい|ほしい)[。！？?!]*$"
    r"|(?:까요|나요|습니까|주세요|줘|해줘|알려줘|인가요|세요)[.?!]*$|(?:ไหม|อะไร|อย่างไร|ยังไง|ช่วย|ทำไม)"
)

#: How English questions begin.
QUESTION = re.compile(
    r"^(?:(?:in|at|on|for|from|to|of|with|by) (?=what|which|whom|whose))?(?:what|what's|whats|which"
    r"|who|who's|whos|whom|whose|when|where|where's|wheres|why|how|how's|hows|is|isn't|are|aren't"
    r"|am|was|were|do|does|did|don't|doesn't|didn't|can|can't|could|couldn't|should|shouldn't|would"
    r"|wouldn't|will|won't|may|might|shall|has|have|haven't|had|any|anyone|anybody) ",
    re.IGNORECASE,
)

#: Wishes in English that are no imperative.
WISH = re.compile(
    r"\b(?:i(?: would|'d|d)? (?:really |just |also |still )?(?:need|want|like|love|wish|wonder)"
    r"|i(?: am|'m|m) (?:trying|looking|hoping|wondering|searching|planning|struggling|having)"
    r"|i(?:'ve| have) (?:a question|been trying|got a)|i (?:don't|do not|can't|cannot) (?:know"
    r"|understand|figure|decide|find)|i was wondering|help me|tell me|show me|give me"
    r"|let me know)\b",
    re.IGNORECASE,
)

#: Sentences that lean on what was said before.
LEANING = re.compile(
    r"^(?:and|but|or|so|then|it|that|this|they|those|these|he|she|him|her|them|its|that's|it's|also"
    r"|what about|how about|why not|which one|the (?:first|second|third|last|other) (?:one|point)"
    r"|tell me more|go on|go ahead|continue|more|again|another|elaborate|really|are you sure"
    r"|(?:is|are|was|were|do|does|did|can|will|would|should|has|have|why|how|what|where|when|who)"
    r"(?: \w+)? (?:they|he|she|those|these|him|her|them))\b",
    re.IGNORECASE,
)

#: Words that point back, anywhere in a sentence.
POINTING = re.compile(
    r"\b(?:this|these|those|that|the above|the same) (?!(?:is|are|was|i|you|the|a|my)\b)\w+"
    r"|\byou (?:are talking|just|mentioned|said|gave|suggested)\b",
    re.IGNORECASE,
)

#: Sentences in which users present themselves, or the assistant's part: seldom the request.
PRESENTING = re.compile(
    r"^(?:my name(?:'s| is)|i am called|call me|this is [A-Z]\w+|i(?: am|'m) (?:a|an|from)"
    r"|i live|i work|you are (?:a|an|the|now|going)|you're (?:a|an|now)|act as|i want you to act as"
    r"|pretend (?:to be|you)|imagine you|ich heiße|ich bin|me llamo|soy|je m'appelle|je suis"
    r"|mi chiamo|sono|meu nome|меня зовут)\b",
    re.IGNORECASE,
)
