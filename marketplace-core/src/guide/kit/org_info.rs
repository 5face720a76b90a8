//! A department of `allOrgSync`.

use marketplace_macros::message;

use crate::Text;
use crate::call::JsonList;

/// The departments of a company, parents before or after their children: a list, or JSON text of one. The names of members
/// may lack their quotes, as in the vendor's examples.
pub type OrgInfoList = JsonList<OrgInfo>;

message! {
    /// A department. The lengths are those of V2's table; V1 gives none.
    pub request part OrgInfo {
        /// The department's code, which the company made up: unique in it.
        org_code: Text<64>,
        /// The department's name, unique among those of the same parent. V1 calls it `name` here.
        #[wire("orgName", "name")] org_name: Text<128>,
        /// The code of the department above it; none for one at the top.
        parent_code: Option<Text<64>>,
    }
}
