//! A language that no voice speaks.

use super::scope::Scope;
use super::unfilled_placeholder;
use crate::diagnostic::{Diagnostic, Safety};

rule! {
    /// A language that is not a code such as `en-US`, or a code whose language or country does not
    /// exist.
    ///
    /// ## Why
    ///
    /// There is no voice for it. It is not known what the platform does then.
    ///
    /// ## Example
    ///
    /// ```xml
    /// <Response>
    ///   <Say lang="english">Hello.</Say>
    /// </Response>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```xml
    /// <Response>
    ///   <Say lang="en-US">Hello.</Say>
    /// </Response>
    /// ```
    "unknown-language" Warning Values "a language that does not exist"
}

fn run(scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    for (place, voice) in scope.speaking() {
        let (attribute, language) = voice.language();
        let Some(given) = place.element.attribute(attribute) else {
            continue;
        };
        let Err((why, meant)) = language_code(language) else {
            continue;
        };
        if unfilled_placeholder::is_unfilled(language) {
            continue;
        }
        let span = given.value_span();
        let finding = CHECK
            .at(span, format!("there is no language `{language}`"))
            .label(why);
        findings.push(match meant {
            Some(meant) => {
                let also = british(language).filter(|other| *other != meant);
                let or = also.map(|other| format!(", or `{other}`"));
                finding
                    .help(format!("did you mean `{meant}`{}?", or.unwrap_or_default()))
                    .fix(Safety::Unsafe, format!("write `{meant}`"), span, meant)
            }
            None => finding.help("write a language and a country, such as `en-US` or `es-MX`"),
        });
    }
}

/// What is wrong with a language code, and what may be meant.
fn language_code(code: &str) -> Result<(), (&'static str, Option<String>)> {
    let is_pair = |&&(pair, _): &&(&str, &str)| pair.eq_ignore_ascii_case(code);
    if let Some(&(_, meant)) = PAIRS.iter().find(is_pair) {
        let why = "this is the code of another language";
        return Err((why, Some(meant.to_owned())));
    }
    // As nearly every code is written.
    if let Some((language, country)) = code.split_once('-')
        && holds(LANGUAGES, language)
        && holds(COUNTRIES, country)
    {
        return Ok(());
    }
    if code.contains('_') {
        let meant = code.replace('_', "-");
        let meant = language_code(&meant).is_ok().then_some(meant);
        return Err(("the parts are joined by `-`", meant));
    }
    let mut parts = code.split('-');
    let language = parts.next().unwrap_or("").to_ascii_lowercase();
    let rest: Vec<&str> = parts.collect();
    let is_known = match language.len() {
        2 => holds(LANGUAGES, &language),
        // There are thousands of three letters; those of two have a shorter code.
        3 => !THREE.iter().any(|&(three, _)| three == language),
        _ => false,
    };
    let is_word = language.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !is_known || !is_word {
        let known = THREE
            .iter()
            .chain(NAMES)
            .chain(OF_COUNTRIES)
            .find(|&&(name, _)| name == language);
        let meant = known.map(|&(_, code)| {
            rest.iter()
                .fold(code.to_owned(), |code, part| code + "-" + part)
        });
        return Err(("not the code of a language", meant));
    }
    // The language says more than a country that does not exist.
    let home = |written: &str| {
        let home = HOMES.iter().find(|&&(one, _)| one == language)?.1;
        let is_near = written == "UK" || written.eq_ignore_ascii_case(&language);
        is_near.then(|| format!("{language}-{home}"))
    };
    for (index, part) in rest.iter().enumerate() {
        let upper = part.to_ascii_uppercase();
        let is_letters = part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let is_digits = part.bytes().all(|byte| byte.is_ascii_digit());
        match part.len() {
            2 if is_letters && holds(COUNTRIES, &upper) => {}
            2 if upper == "UK" => {
                let meant = home("UK").unwrap_or_else(|| format!("{language}-GB"));
                return Err(("the United Kingdom is GB", Some(meant)));
            }
            2 if is_letters => return Err(("not the code of a country", home(&upper))),
            3 if is_digits => {}
            // A script, or behind a country a variant.
            4 if is_letters => {}
            5..=8 if is_letters && index > 0 => {}
            _ => return Err(("not the code of a country", None)),
        }
    }
    Ok(())
}

/// What a code whose country is written `UK` means if the United Kingdom is meant.
fn british(code: &str) -> Option<String> {
    let (language, country) = code.split_once('-')?;
    let is_british = country.eq_ignore_ascii_case("UK");
    is_british.then(|| format!("{}-GB", language.to_ascii_lowercase()))
}

/// Whether a sorted list of codes of two letters, a blank between each, holds a code.
fn holds(codes: &str, code: &str) -> bool {
    let (all_but_last, last) = codes.as_bytes().as_chunks::<3>();
    let found = all_but_last.binary_search_by(|one| one[..2].cmp(code.as_bytes()));
    found.is_ok() || last == code.as_bytes()
}

/// ISO 639-1.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// ISO 3166-1, two letters.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// Three letters that stand for a language of two.
const THREE: &[(&str, &str)] = &[
    ("eng", "en"),
    ("spa", "es"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("deu", "de"),
    ("ger", "de"),
    ("ita", "it"),
    ("por", "pt"),
    ("rus", "ru"),
    ("zho", "zh"),
    ("chi", "zh"),
    ("jpn", "ja"),
    ("kor", "ko"),
    ("nld", "nl"),
    ("dut", "nl"),
];

/// The country of most who speak a language.
const HOMES: &[(&str, &str)] = &[
    ("ar", "SA"),
    ("be", "BY"),
    ("bg", "BG"),
    ("bn", "BD"),
    ("cs", "CZ"),
    ("da", "DK"),
    ("de", "DE"),
    ("el", "GR"),
    ("en", "GB"),
    ("es", "ES"),
    ("et", "EE"),
    ("fa", "IR"),
    ("fi", "FI"),
    ("fr", "FR"),
    ("he", "IL"),
    ("hi", "IN"),
    ("hr", "HR"),
    ("hu", "HU"),
    ("id", "ID"),
    ("it", "IT"),
    ("ja", "JP"),
    ("ka", "GE"),
    ("ko", "KR"),
    ("lt", "LT"),
    ("lv", "LV"),
    ("ms", "MY"),
    ("nb", "NO"),
    ("nl", "NL"),
    ("pl", "PL"),
    ("pt", "PT"),
    ("ro", "RO"),
    ("ru", "RU"),
    ("sk", "SK"),
    ("sl", "SI"),
    ("sr", "RS"),
    ("sv", "SE"),
    ("th", "TH"),
    ("tr", "TR"),
    ("uk", "UA"),
    ("ur", "PK"),
    ("vi", "VN"),
    ("zh", "CN"),
];

/// Codes of countries that are taken for those of their languages.
const OF_COUNTRIES: &[(&str, &str)] = &[
    ("al", "sq"),
    ("cn", "zh"),
    ("cz", "cs"),
    ("dk", "da"),
    ("gb", "en"),
    ("gr", "el"),
    ("il", "he"),
    ("ir", "fa"),
    ("iw", "he"),
    ("jp", "ja"),
    ("mx", "es"),
    ("rs", "sr"),
    ("sp", "es"),
    ("ua", "uk"),
    ("us", "en"),
    ("vn", "vi"),
];

/// Codes of other languages, which stand for a country's own only where they are joined with it.
const PAIRS: &[(&str, &str)] = &[
    ("br-BR", "pt-BR"),
    ("in-IN", "hi-IN"),
    ("kr-KR", "ko-KR"),
    ("se-SE", "sv-SE"),
    ("si-SI", "sl-SI"),
    ("ee-EE", "et-EE"),
    ("my-MY", "ms-MY"),
];

/// Names by which languages are called instead.
const NAMES: &[(&str, &str)] = &[
    ("english", "en-US"),
    ("spanish", "es-ES"),
    ("espanol", "es-ES"),
    ("french", "fr-FR"),
    ("german", "de-DE"),
    ("italian", "it-IT"),
    ("portuguese", "pt-PT"),
    ("russian", "ru-RU"),
    ("chinese", "cmn-CN"),
    ("japanese", "ja-JP"),
    ("korean", "ko-KR"),
    ("dutch", "nl-NL"),
    ("polish", "pl-PL"),
];
