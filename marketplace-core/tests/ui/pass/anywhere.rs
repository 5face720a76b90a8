//! A handler in a module, in a function, made by a macro, and with a method that is not always there.

mod shops {
    pub struct InModule;

    #[marketplace_core::marketplace_handler(billing = one_time)]
    impl InModule {
        #[activity(newInstance)]
        async fn open(
            &self,
            _: marketplace_core::v2::NewInstance,
        ) -> Result<marketplace_core::v2::NewInstanceReply, marketplace_core::Fault> {
            Err(marketplace_core::Fault::processing())
        }

        #[activity(queryInstance)]
        async fn describe(
            &self,
            _: marketplace_core::v2::QueryInstance,
        ) -> Result<marketplace_core::v2::QueryInstanceReply, marketplace_core::Fault> {
            Err(marketplace_core::Fault::instance_not_found())
        }

        #[activity(releaseInstance)]
        async fn close(&self, _: marketplace_core::v2::ReleaseInstance) -> Result<(), marketplace_core::Fault> {
            Ok(())
        }

        #[cfg(any())]
        #[activity(orderNotify)]
        async fn never(&self, _: marketplace_core::v2::OrderNotify) -> Result<(), marketplace_core::Fault> {
            Ok(())
        }
    }
}

macro_rules! shop {
    ($shop:ident, $request:ty, $argument:ty, $order:ident) => {
        struct $shop;

        #[marketplace_core::marketplace_handler(billing = one_time)]
        impl $shop {
            #[activity(newInstance)]
            async fn open(
                &self,
                $order: $request,
                _: $argument,
            ) -> Result<marketplace_core::v2::NewInstanceReply, marketplace_core::Fault> {
                Ok(marketplace_core::v2::NewInstanceReply::new($order.order_id())?)
            }

            #[activity(queryInstance)]
            async fn describe(
                &self,
                _: marketplace_core::v2::QueryInstance,
            ) -> Result<marketplace_core::v2::QueryInstanceReply, marketplace_core::Fault> {
                Err(marketplace_core::Fault::instance_not_found())
            }

            #[activity(releaseInstance)]
            async fn close(&self, _: marketplace_core::v2::ReleaseInstance) -> Result<(), marketplace_core::Fault> {
                Ok(())
            }

            #[activity("ask", request = Ask { order_id: Text<64> }, reply = Told { order_id: Text<64> })]
            async fn ask(&self, ask: Ask) -> Result<Told, marketplace_core::Fault> {
                Ok(Told::new(ask.order_id())?)
            }
        }
    };
}

shop!(Made, marketplace_core::v2::NewInstance, marketplace_core::Mode, order);

fn main() {
    use marketplace_core::handler::Handler;

    struct Local;

    #[marketplace_core::marketplace_handler(billing = one_time)]
    impl Local {
        #[activity(newInstance)]
        async fn open(
            &self,
            _: marketplace_core::v2::NewInstance,
        ) -> Result<marketplace_core::v2::NewInstanceReply, marketplace_core::Fault> {
            Err(marketplace_core::Fault::processing())
        }

        #[activity(queryInstance)]
        async fn describe(
            &self,
            _: marketplace_core::v2::QueryInstance,
        ) -> Result<marketplace_core::v2::QueryInstanceReply, marketplace_core::Fault> {
            Err(marketplace_core::Fault::instance_not_found())
        }

        #[activity(releaseInstance)]
        async fn close(&self, _: marketplace_core::v2::ReleaseInstance) -> Result<(), marketplace_core::Fault> {
            Ok(())
        }

        #[activity("locally", request = Locally { order_id: Text<64> })]
        async fn locally(&self, _: Locally) -> Result<(), marketplace_core::Fault> {
            Ok(())
        }
    }

    assert_eq!(shops::InModule::ACTIVITIES, ["newInstance", "queryInstance", "releaseInstance"]);
    assert_eq!(Made::ACTIVITIES.len(), 4);
    assert_eq!(Local::ACTIVITIES.len(), 4);
}
