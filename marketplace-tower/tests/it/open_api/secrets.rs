//! What must not be shown is not.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use http::{Request, Response};
use marketplace_tower::AccessKey;
use marketplace_tower::open_api::{
    Client, LicenceCode, OpenApiError, RequestBody, Settings, Site, Transport,
};
use tower::service_fn;

use super::{KEY, credentials, records};

const TOKEN: &str = "canary-security-token";

fn settings() -> Settings {
    let credentials = credentials().with_security_token(TOKEN).unwrap();
    Settings::new(Site::China, credentials).with_access_key(AccessKey::new(KEY).unwrap())
}

fn shown(error: &OpenApiError) -> String {
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut at: Option<&dyn std::error::Error> = Some(error);
    while let Some(cause) = at {
        shown.push_str(&format!(" {cause} {cause:?}"));
        at = cause.source();
    }
    shown
}

/// Each header that came, with what of it is secret.
fn sensitive(request: &Request<RequestBody>) -> Vec<String> {
    let secrets = ["authorization", "x-security-token", "signature"];
    let values = secrets.map(|name| request.headers()[name].to_str().unwrap().to_owned());
    let [authorization, token, signature] = values;
    let gateway = authorization.rsplit('=').next().unwrap().to_owned();
    assert!(token == TOKEN && gateway.len() == 64 && signature.len() == 44);
    vec![gateway, token, signature]
}

#[tokio::test]
async fn whoever_repeats_a_secret_is_not_repeated() {
    let secrets = Arc::new(Mutex::new(Vec::new()));
    for (status, code) in
        [(401, "APIGW.0301"), (400, "MKT.0102"), (500, "MKT.0999"), (429, "APIGW.0308"), (200, "no")]
    {
        let seen = Arc::clone(&secrets);
        let service = service_fn(move |request: Request<RequestBody>| {
            let secrets = sensitive(&request);
            let body = format!(
                r#"{{"error_code":"{code}","error_msg":"no {secrets:?} here","extra_info":"{}","request_id":"{TOKEN}"}}"#,
                secrets.join(" "),
            )
            .replace("[\"", "").replace("\"]", "").replace("\", \"", " ");
            *seen.lock().unwrap() = secrets;
            async move { Ok::<_, Infallible>(Response::builder().status(status).body(body).unwrap()) }
        });
        let client = Client::over(service, settings());
        let error = client.push_usage_once(&records(1)).await.unwrap_err();
        let shown = shown(&error);
        assert!(error.code().is_some() && shown.contains("***"), "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(secrets.lock().unwrap().iter().all(|secret| !shown.contains(secret)), "{shown}");
    }
}

#[tokio::test]
async fn an_error_of_a_service_that_repeats_a_secret_is_withheld() {
    let service = service_fn(|request: Request<RequestBody>| async move {
        let token = request.headers()["x-security-token"].to_str().unwrap().to_owned();
        let error = std::io::Error::other(format!("cannot route {token}"));
        Err::<Response<String>, _>(error)
    });
    let error = Client::over(service, settings()).push_usage_once(&records(1)).await.unwrap_err();
    assert!(matches!(error, OpenApiError::Broken(_)), "{error:?}");
    assert!(shown(&error).contains("withheld") && !shown(&error).contains("canary"), "{}", shown(&error));
}

#[tokio::test]
async fn requests_show_none_of_it() {
    let service = service_fn(|request: Request<RequestBody>| async move {
        let shown = format!("{request:?}");
        let hidden = sensitive(&request);
        let is_shown = hidden.iter().any(|secret| shown.contains(secret));
        Ok::<_, Infallible>(Response::new(format!(r#"{{"error_code":"{is_shown}"}}"#)))
    });
    let error = Client::over(service, settings()).push_usage_once(&records(1)).await.unwrap_err();
    assert_eq!(error.code().unwrap().as_str(), "false");
}

#[test]
fn what_is_set_up_shows_none_of_it() {
    let transport = Transport::new(&settings()).unwrap();
    let client = Client::connect(settings()).unwrap();
    let licence = LicenceCode::new("canary-licence").unwrap();
    let shown = format!("{:?} {client:?} {:?} {transport:?} {licence:?}", settings(), client.clone());
    assert!(!shown.contains("canary"), "{shown}");
}
