//! Requests of which the vendor wants nothing but a result.

/// A request that changes one instance, which it names, and by what a repeat of it is known. Further methods of
/// [`Request`](crate::handler::Request) may follow, here and below.
macro_rules! change_of_one_instance {
    ($request:ident, $activity:literal, |$this:ident, $instance:ident| $work:expr $(, $more:tt)?) => {
        $crate::guide::about_one_instance!($request, $activity, |request| {
            let ($this, $instance) = (request, $crate::InstanceId::as_named(request.instance_id()));
            $crate::handler::Subject::Change($work)
        } $(, $more)?);
    };
}
pub(crate) use change_of_one_instance;

/// A request about one instance that it names, and does not change.
macro_rules! about_one_instance {
    ($request:ident, $activity:literal) => {
        $crate::guide::about_one_instance!($request, $activity, |request| {
            $crate::handler::Subject::Instance(request.instance_id())
        });
    };
    ($request:ident, $activity:literal, |$this:ident| $subject:expr $(, $more:tt)?) => {
        $crate::guide::result_only!($request, $activity, |$this| $subject $(, $more)?);

        impl $crate::handler::NamesInstance for $request {
            fn instance(&self, _: &$crate::handler::Context) -> $crate::InstanceId {
                $crate::InstanceId::as_named(self.instance_id())
            }
        }
    };
}
pub(crate) use about_one_instance;

/// A request that names no instance, or not always.
macro_rules! result_only {
    ($request:ident, $activity:literal) => {
        $crate::guide::result_only!($request, $activity, |_request| $crate::handler::Subject::Other);
    };
    ($request:ident, $activity:literal, |$this:ident| $subject:expr $(, { $($more:tt)* })?) => {
        impl $crate::handler::Request for $request {
            const ACTIVITY: &'static str = $activity;

            fn decode(text: $crate::call::CallText) -> Result<Self, $crate::DecodeError> {
                Self::__decode(text)
            }

            fn mode(&self) -> $crate::Mode {
                self.mode()
            }

            fn subject(&self) -> $crate::handler::Subject<'_> {
                let $this = self;
                $subject
            }

            $($($more)*)?
        }

        impl $crate::reply::ReplyOf<$request> for () {
            fn encode(self, _: &$crate::handler::Context) -> Result<$crate::reply::Encoded, $crate::Fault> {
                Ok($crate::reply::Encoded::success(&$crate::reply::Nothing))
            }
        }
    };
}
pub(crate) use result_only;
