//! Minting one session of a plan, under the lock of its vacancy: the signer first, a code where one is needed, the call.

use super::freshness::Freshness;
use super::held::Held;
use super::obtaining::{Obtain, Obtained};
use crate::aws::chain::Selection;
use crate::aws::plan::{Call, Operation, Plan};
use crate::error::{Error, Result};
use crate::obtain::codes::{self, Attempts, Next, Reason, Verdict};
use crate::person::Waiting;
use crate::person::explain;
use crate::place::Notice;
use crate::service::sts::{self, Refusal};
use crate::session::{Credentials, Session};
use crate::store::{self, CodeUse, Filled, Label, Vacancy};

impl Obtain<'_> {
    pub(super) fn fill(
        &mut self,
        plan: &Plan,
        index: usize,
        freshness: Freshness,
        vacancy: Vacancy<'_>,
        outer: Option<&Held<'_>>,
    ) -> Result<Obtained> {
        let call = &plan.calls[index];
        let held = Held {
            vacancy: &vacancy,
            outer,
        };
        match self.mint(plan, index, &held) {
            Ok(session) => {
                let Filled { session, stamp } =
                    vacancy.fill(session, &label(plan, index, &self.selection));
                Ok(Obtained {
                    session,
                    key: Some(call.key),
                    stamp,
                    minted: true,
                })
            }
            Err(Failed::Refused(refusal)) => {
                if let Some(stale) = vacancy.stale()
                    && refusal.is_network()
                    && !freshness.is_anew()
                {
                    self.notices.push(Notice::new(
                        call.at,
                        format!(
                            "{} could not be renewed yet: AWS cannot be reached",
                            plan.profile
                        ),
                    ));
                    let session = duplicate(stale);
                    return Ok(self.cached(&call.key, session));
                }
                self.note_without_mfa(&refusal, plan, call);
                Err(explain::refusal(&refusal, call, plan, self.profiles))
            }
            Err(Failed::Otherwise(error)) => Err(error),
        }
    }

    fn mint(
        &mut self,
        plan: &Plan,
        index: usize,
        held: &Held<'_>,
    ) -> std::result::Result<Session, Failed> {
        let call = &plan.calls[index];
        let signer = self.signer(plan, index, Freshness::Use, held)?;
        if let Some(serial) = &call.serial_number {
            return self.mint_with_code(plan, call, &serial.value, signer.as_ref(), held);
        }
        held.note(store::CALLING);
        match self.send(plan, call, signer.as_ref(), None) {
            Err(Failed::Refused(refusal)) if refusal.is_expired_parent() && index > 0 => {
                let signer = self.signer(
                    plan,
                    index,
                    Freshness::Anew(self.app.clock().millis()),
                    held,
                )?;
                held.note(store::CALLING);
                self.send(plan, call, signer.as_ref(), None)
            }
            result => result,
        }
    }

    /// Asks for codes until one buys the session, at most three being sent.
    fn mint_with_code(
        &mut self,
        plan: &Plan,
        call: &Call,
        serial: &str,
        signer: Option<&Credentials>,
        held: &Held<'_>,
    ) -> std::result::Result<Session, Failed> {
        let mut attempts = Attempts::default();
        let mut reason = Reason::First;
        loop {
            held.note(store::ASKING);
            let code = self.codes.next(serial, reason)?;
            let (verdict, refusal) = match self.cache.use_code(serial, code.expose())? {
                CodeUse::UsedUntil(until) => (Verdict::UsedUntil(until), None),
                CodeUse::Fresh => {
                    held.note(store::CALLING);
                    match self.send(plan, call, signer, Some(&code)) {
                        Err(Failed::Refused(refusal)) if refusal.is_invalid_code() => {
                            (Verdict::Wrong, Some(refusal))
                        }
                        result => return result,
                    }
                }
            };
            match (attempts.after(verdict, self.codes.source_left()), refusal) {
                (Next::Ask(why), _) => reason = why,
                (Next::Refused, Some(refusal)) => return Err(Failed::Refused(refusal)),
                (Next::UsedUp | Next::Refused, _) => {
                    return Err(Failed::Otherwise(codes::used_up(serial)));
                }
            }
        }
    }

    /// What signs a call: the session before it, the base, or nothing (web identity).
    fn signer(
        &mut self,
        plan: &Plan,
        index: usize,
        freshness: Freshness,
        held: &Held<'_>,
    ) -> Result<Option<Credentials>> {
        if plan.calls[index].operation == Operation::AssumeRoleWithWebIdentity {
            return Ok(None);
        }
        Ok(Some(match index.checked_sub(1) {
            Some(parent) => {
                let with_code = |call: &Call| call.serial_number.is_some();
                let freshness = match self.freshness {
                    all @ Freshness::AnewWithCode(_)
                        if plan.calls[..=parent].iter().any(with_code) =>
                    {
                        all
                    }
                    _ => freshness,
                };
                self.call(plan, parent, freshness, Some(held))?
                    .session
                    .credentials
            }
            None => self.base(plan)?.credentials.duplicate(),
        }))
    }

    fn send(
        &mut self,
        plan: &Plan,
        call: &Call,
        signer: Option<&Credentials>,
        code: Option<&crate::session::Secret>,
    ) -> std::result::Result<Session, Failed> {
        let (guard, clock) = (self.app.guard, self.app.clock());
        let services = self.services(plan)?;
        let _waiting = Waiting::start(guard, "waiting for AWS STS, Ctrl-C to stop")?;
        sts::send(services, call, signer, code, clock).map_err(Failed::Refused)
    }
}

/// Why a session was not minted.
enum Failed {
    /// By AWS, or by the way there.
    Refused(Refusal),
    Otherwise(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Otherwise(error)
    }
}

/// What `status --all` will say of the session.
fn label(plan: &Plan, index: usize, selection: &Selection) -> Label {
    let call = &plan.calls[index];
    let is_last = index + 1 == plan.calls.len();
    let role_arn = call.role_arn.as_ref().map(|role| role.value.clone());
    let account = |arn: &str| arn.split(':').nth(4).map(str::to_owned);
    Label {
        profile: call.profile.clone(),
        account: role_arn
            .as_deref()
            .or(call
                .serial_number
                .as_ref()
                .map(|serial| serial.value.as_str()))
            .and_then(account)
            .filter(|account| !account.is_empty()),
        role_arn,
        region: plan.region.as_ref().map(|region| region.value.clone()),
        selection: is_last.then(|| selection.clone()),
    }
}

fn duplicate(session: &Session) -> Session {
    Session {
        credentials: session.credentials.duplicate(),
        identity: session.identity.clone(),
        ..*session
    }
}
