//! Who calls the desk, before what they call for is looked at: key, time, signature, and that this call was not
//! made before. Then the body, as it was signed.
//!
//! **Architecture invariant:** nothing of a body is read, and nothing written, before it is known who sends it.

use axum::extract::Request;
use bytes::Bytes;
use contract::problem::{Code, NOTHING_CHANGED};
use contract::registry::{DIGEST, KEY, SIGNATURE, TIMESTAMP};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::Desk;
use super::record::{self, Doer, Who};
use super::teams::{Team, Teams, TeamsError};
use crate::problem::{ApiError, body_within, parse, require_json};
use crate::signed::{self, header, hex, refused};
use crate::store::Tx;

const HEADERS: signed::Headers = signed::Headers { timestamp: TIMESTAMP, signature: SIGNATURE };

/// Somebody who is known, and the request whose body is not read yet.
pub(super) struct Call {
    pub(super) team: Team,
    pub(super) doer: Doer,
    request: Request,
    digest: String,
}

impl Desk {
    /// Lets a call in.
    ///
    /// # Errors
    /// Names the header that is missing or wrong.
    pub(super) async fn admit(&self, request: Request) -> Result<Call, ApiError> {
        let teams = self.teams().await?;
        let headers = request.headers();
        let team = header(headers, KEY).and_then(|id| teams.by_key(id)).cloned();
        let team = team.ok_or_else(|| {
            refused(KEY, "This key is in no team's name. The operator's list of teams says who may ship.")
        })?;
        let digest = header(headers, DIGEST).unwrap_or_default().to_owned();
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let now_ms = self.0.clock.now_ms();
        let call = (request.method().as_str(), path);
        let signature = HEADERS.verify(&team.key, call, headers, &digest, now_ms)?.to_bytes();
        team.must_count()?;
        // One from outside of the window is refused for its time: two windows hold all that could come again.
        let forget_ms = now_ms.saturating_sub_unsigned(2 * signed::WINDOW_MS);
        let counted = move |tx: &Tx<'_>| record::count_once(tx, &signature, now_ms, forget_ms);
        if !self.0.database.write(counted).await? {
            return Err(refused(SIGNATURE, "This call was made before. Sign it again to repeat it."));
        }
        let (name, key, bounds) = (team.name.clone(), team.id.clone(), team.bounds().clone());
        let doer = Doer { who: Who::Team { name, key, bounds }, at_ms: now_ms };
        Ok(Call { team, doer, request, digest })
    }

    /// The list as it is now.
    ///
    /// # Errors
    /// There is none, or it can't be read.
    pub(super) async fn teams(&self) -> Result<Teams, ApiError> {
        let Some(file) = self.0.teams.clone() else {
            let detail = "Nothing can be shipped to this gateway: it was started without --registry-teams.";
            return Err(ApiError::new(Code::Forbidden, detail));
        };
        let read = tokio::task::spawn_blocking(move || Teams::read(&file).map_err(|error| (file, error)));
        read.await.map_err(|error| ApiError::internal(&error))?.map_err(|(file, error): (_, TeamsError)| {
            tracing::error!(file = %file.display(), %error, "--registry-teams: nobody can ship");
            let detail = format!(
                "The operator's list of teams can't be read. {NOTHING_CHANGED}. Ask the operator; their log says why."
            );
            ApiError::new(Code::Unavailable, detail)
        })
    }
}

impl Call {
    /// The body, which is the one that was signed.
    ///
    /// # Errors
    /// It is too large, or another one.
    pub(super) async fn body(self, max_bytes: usize) -> Result<Bytes, ApiError> {
        let bytes = body_within(self.request, max_bytes).await?;
        if hex(&Sha256::digest(&bytes)) == self.digest {
            return Ok(bytes);
        }
        Err(refused(DIGEST, "The body is not the one that was signed."))
    }

    /// The body of a command.
    ///
    /// # Errors
    /// The member at fault.
    pub(super) async fn command<T: DeserializeOwned>(self, max_bytes: usize) -> Result<(Team, Doer, T), ApiError> {
        let (team, doer) = (self.team.clone(), self.doer.clone());
        require_json(self.request.headers())?;
        Ok((team, doer, parse(&self.body(max_bytes).await?)?))
    }
}
