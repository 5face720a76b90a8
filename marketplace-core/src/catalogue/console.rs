//! The messages of the vendor's debugging console.
//!
//! FAQ pages `en-us_topic_0082027567` and `zh-cn_topic_0082027567` (2025-11-13), `topic_0070649120` (2025-07-03); the older
//! words from copies of 2022-06-27, 2024-03-28 and 2024-08-20. The numbers are ours, in the order in which the checks
//! presumably run: no page states it.

/// What the debugging console shows when a check fails. The words are the vendor's, placeholders in braces included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConsoleMessage {
    /// 1 to 10.
    pub number: u8,
    /// As the console in English shows it.
    pub english: &'static str,
    /// As the console in Chinese shows it.
    pub chinese: &'static str,
    /// What the console showed in earlier years, and copies of its pages still do.
    pub older: &'static [&'static str],
}

impl ConsoleMessage {
    /// All ten, by their numbers.
    pub const ALL: [Self; 10] = [
        Self::UNREACHABLE,
        Self::TIMEOUT,
        Self::HTTP_STATUS,
        Self::CONTENT_TYPE,
        Self::BODY_SIGN_FORM,
        Self::BODY_SIGN_MISMATCH,
        Self::BODY_NOT_JSON,
        Self::RESULT_CODE,
        Self::FIELD_MISSING,
        Self::FIELD_LENGTH,
    ];

    /// 1: no connection.
    pub const UNREACHABLE: Self =
        Self::new(1, "Debugging failed. The production address is unreachable.", "调测失败,生产地址不可达.");
    /// 2: no answer in 20 seconds.
    pub const TIMEOUT: Self =
        Self::new(2, "Debugging failed. Interface calling timed out for 20s.", "调测失败,调用接口超时20s.");
    /// 3: another HTTP status than 200.
    pub const HTTP_STATUS: Self = Self::new(
        3,
        "Debugging failed. The interface responds with httpCode={httpCode}. Check server logs to locate the failure cause.",
        "调测失败,接口响应httpCode={httpCode},请检查服务器日志,定位失败原因.",
    );
    /// 4: another content type than `application/json`.
    pub const CONTENT_TYPE: Self = Self::new(
        4,
        "Debugging fails. Invalid content-type format. Returned format: {contentType}. \
         Valid format: \"application/json\"",
        "调测失败,响应content-type格式错误,返回的格式为{contentType},正确的格式为\"application/json\".",
    );
    /// 5: no `Body-Sign` that can be read.
    pub const BODY_SIGN_FORM: Self = Self {
        older: &[
            "http header->bodySign is empty.",
            "http header->sign_type is not equals HMAC-SHA256 or signature is empty.",
        ],
        ..Self::new(
            5,
            "Debugging failed. The production interface response does not contain Body-Sign or the Body-Sign format is \
             incorrect.",
            "调测失败,生产接口响应头缺少Body-Sign,或Body-Sign格式错误.",
        )
    };
    /// 6: a `Body-Sign` that does not match the body.
    pub const BODY_SIGN_MISMATCH: Self = Self::new(
        6,
        "Failed to verify the HTTP Body signature. Expected signature value: **********",
        "响应Http Body签名校验失败,预期的签名值:**********",
    );
    /// 7: a body that is not JSON, or lacks `resultCode` or `resultMsg`.
    pub const BODY_NOT_JSON: Self = Self::new(
        7,
        "Debugging failed. Parse response body failed. Example response: \
         {\"resultCode\":\"000000\",\"resultMsg\":\"success.\"}",
        "调测失败,解析响应体失败,响应格式参考{\"resultCode\":\"000000\",\"resultMsg\":\"success.\"}.",
    );
    /// 8: another result code than `000000`.
    pub const RESULT_CODE: Self = Self::new(
        8,
        "Call interface failed. The production interface returns an error result code.",
        "调用失败,生产接口resultCode返回错误.",
    );
    /// 9: a field that has to be there is not.
    pub const FIELD_MISSING: Self = Self::new(
        9,
        "Debugging failed. The interface response does not contain {fileId}.",
        "调测失败,接口响应缺少{fileId}.",
    );
    /// 10: a field is longer than its table allows.
    pub const FIELD_LENGTH: Self = Self::new(
        10,
        "Debugging failed. The length of {fileId} is invalid.",
        "调测失败,字段{fileId}长度不合法.",
    );

    const fn new(number: u8, english: &'static str, chinese: &'static str) -> Self {
        Self { number, english, chinese, older: &[] }
    }
}
