//! Curl lines: those of the vendor, those with a typing error, and those that are printed here.

use marketplace_core::analysis::CapturedRequest;
use marketplace_debugger::curl::{self, CurlProblem};
use proptest::prelude::*;

/// The call of the signature page (`topic_0070649090`, 2025-10-09): its address, headers and body, as a line of the console.
const VENDOR: &str = r#"curl -X POST 'https://www.isvwebsite.com/saasproduce?signature=705C58A59CDAA1819FE42E2D654707D1CB0D54F15F02EE2E72B9646598B82F22&timestamp=1680508066618&nonce=RLLUammMSInlrNWb' -H 'Accept:application/json' -H 'Content-Type:application/json;charset=utf8' -d '{"activity":"newInstance","businessId":"87b94795-0603-4e24-8ae5-69420d60e3c8","orderId":"CS2211181819B4LVS","orderLineId":"CS2211181819B4LVS-000001","testFlag":"1"}'"#;

fn vendor() -> CapturedRequest {
    let query = "signature=705C58A59CDAA1819FE42E2D654707D1CB0D54F15F02EE2E72B9646598B82F22&timestamp=1680508066618&nonce=RLLUammMSInlrNWb";
    let body = r#"{"activity":"newInstance","businessId":"87b94795-0603-4e24-8ae5-69420d60e3c8","orderId":"CS2211181819B4LVS","orderLineId":"CS2211181819B4LVS-000001","testFlag":"1"}"#;
    CapturedRequest::new("POST", format!("https://www.isvwebsite.com/saasproduce?{query}"))
        .with_header("Accept", "application/json")
        .with_header("Content-Type", "application/json;charset=utf8")
        .with_body(body)
}

#[test]
fn reads_the_line_of_the_vendors_signature_page() {
    assert_eq!(curl::parse(VENDOR).unwrap(), vendor());
    let lines = VENDOR.replace(" -", " \\\n  -");
    assert_eq!(curl::parse(&lines).unwrap(), vendor());
    assert_eq!(curl::parse(&lines.replace('\n', "\r\n")).unwrap(), vendor());
    let doubled = VENDOR.replace('"', "\\\"").replace('\'', "\"");
    assert_eq!(curl::parse(&doubled).unwrap(), vendor());
    let bash = VENDOR.replace(" '", " $'");
    assert_eq!(curl::parse(&bash).unwrap(), vendor());
    assert_eq!(curl::parse(&curl::print(&vendor())).unwrap(), vendor());
}

/// Takes the n-th place of a text out of the line and looks where the error points.
fn broken(what: &str, with: &str) -> (usize, CurlProblem) {
    let at = VENDOR.find(what).unwrap();
    let line = format!("{}{with}{}", &VENDOR[..at], &VENDOR[at + what.len()..]);
    let error = curl::parse(&line).unwrap_err();
    let caret = error.excerpt().lines().nth(1).unwrap().find('^').unwrap();
    assert!(caret <= 40, "{}", error.excerpt());
    assert!(error.to_string().starts_with(&format!("line 1, column {}: ", error.column())));
    (error.offset(), error.problem().clone())
}

#[test]
fn a_typing_error_is_pointed_at() {
    let place = |text: &str| VENDOR.find(text).unwrap();
    // A quote is missing: at the end, at the beginning, in the middle.
    let end = VENDOR.rfind('\'').unwrap();
    let error = curl::parse(&VENDOR[..end]).unwrap_err();
    assert_eq!((error.offset(), error.problem()), (place("'{"), &CurlProblem::UnclosedQuote));
    assert_eq!(broken("'https", "https"), (place("' -H 'Accept") - 1, CurlProblem::UnclosedQuote));
    assert_eq!(broken("b' -H", "b -H").1, CurlProblem::UnclosedQuote);
    assert_eq!(broken("b' -H", "b -H").0, place("'https"));
    // Something is left out.
    let at = VENDOR.find(" 'https").unwrap();
    let error = curl::parse(&format!("{}{}", &VENDOR[..at], &VENDOR[place(" -H 'Accept")..])).unwrap_err();
    assert_eq!((error.offset(), error.problem()), (0, &CurlProblem::NoUrl));
    assert_eq!(broken("POST ", ""), (place("POST"), CurlProblem::Method));
    assert_eq!(
        broken(" 'Accept:application/json'", ""),
        (place("-H"), CurlProblem::MissingArgument("-H".to_owned()))
    );
    let data = VENDOR.find("-d").unwrap();
    let error = curl::parse(&VENDOR[..data + 2]).unwrap_err();
    assert_eq!((error.offset(), error.problem()), (data, &CurlProblem::MissingArgument("-d".to_owned())));
    // A word processor has been at it.
    assert_eq!(broken("'https", "‘https"), (place("'https"), CurlProblem::TypographicQuote('‘')));
    assert_eq!(broken("-H", "–H"), (place("-H"), CurlProblem::LongDash('–')));
    assert_eq!(broken("curl", "crul"), (0, CurlProblem::NotCurl));
    assert_eq!(broken("Accept:", "Accept "), (place("'Accept"), CurlProblem::Header));
}

fn token() -> impl Strategy<Value = String> {
    "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,12}"
}

/// Whatever a value of HTTP can hold, and letters that are hard to quote most of all.
fn value() -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        4 => proptest::char::range(' ', '~'),
        2 => proptest::sample::select("'\"\\$`&!;@#(){}[]*? \t".chars().collect::<Vec<_>>()),
        1 => any::<char>().prop_filter("no control characters", |letter| !letter.is_control()),
    ];
    proptest::collection::vec(letter, 0..24)
        .prop_map(|letters| letters.into_iter().collect::<String>().trim_matches([' ', '\t']).to_owned())
}

fn target() -> impl Strategy<Value = String> {
    (prop_oneof![Just("https://shop.example"), Just("http://[::1]:8080"), Just("")], "[!-~é实]{0,60}")
        .prop_map(|(origin, rest)| format!("{origin}/{rest}"))
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(Vec::new()),
        "[ -~é实\n\r\t]{0,60}".prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..40),
        "[@'-].{0,8}".prop_map(String::into_bytes),
    ]
}

fn request() -> impl Strategy<Value = CapturedRequest> {
    let method =
        prop_oneof![Just("GET".to_owned()), Just("POST".to_owned()), Just("HEAD".to_owned()), token()];
    let headers = proptest::collection::vec((token(), value()), 0..5);
    (method, target(), headers, body()).prop_map(|(method, target, headers, body)| {
        let request = CapturedRequest::new(method, target).with_body(body);
        headers.into_iter().fold(request, |request, (name, value)| request.with_header(name, value))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_printed_line_reads_back_as_the_same_request(request in request()) {
        let line = curl::print(&request);
        let read = curl::read(&line).unwrap();
        prop_assert_eq!(&read.warnings, &Vec::<String>::new());
        prop_assert!(read.request == request, "{line}");
        prop_assert!(!line.contains(char::is_control), "{line:?}");
    }

    #[test]
    fn no_line_makes_the_reader_panic(rest in "[ -~“–é\n\r'\"\\\\$]{0,60}", cut in 0..600_usize) {
        let _ = curl::read(&rest);
        let line = format!("curl {rest}");
        if let Err(error) = curl::read(&line) {
            prop_assert!(error.offset() <= line.len() && line.is_char_boundary(error.offset()));
        }
        let cut = cut.min(VENDOR.len());
        let _ = curl::read(&format!("{}{rest}{}", &VENDOR[..cut], &VENDOR[cut..]));
    }
}

/// A shell takes the printed line apart as it is meant, where there is one.
#[test]
fn a_shell_reads_a_printed_line_so_too() {
    let request = CapturedRequest::new("POST", "https://h/p?a=1&b='2'")
        .with_header("X", "it's \"$HOME\" `x` \\ !")
        .with_body("{\"a\":\"实 'b'\\n\"}\n\t$x");
    let line = curl::print(&request).replacen("curl", "printf '%s\\0'", 1);
    let Ok(output) = std::process::Command::new("bash").args(["-c", &line]).output() else {
        println!("not run: there is no bash");
        return;
    };
    let words: Vec<_> = output.stdout.split(|byte| *byte == 0).map(String::from_utf8_lossy).collect();
    let header = format!("X: {}", request.headers[0].1);
    let body = String::from_utf8_lossy(&request.body);
    let expected =
        ["-X", "POST", &request.target, "-H", &header, "-H", "Content-Type:", "--data-raw", &body, ""];
    assert_eq!(words, expected);
}
