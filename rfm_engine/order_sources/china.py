"""Exports of Chinese marketplaces and payment services."""

from __future__ import annotations

from typing import Final

from rfm_engine.plugin_api import OrderSource

INCOME: Final = "收入"

SOURCES: Final = (
    OrderSource(
        name="taobao",
        title="Taobao and Tmall, sold orders (淘宝、天猫)",
        signature=("订单编号", "买家会员名", "买家实际支付金额"),
        columns={
            "customer_id": "买家会员名",
            "order_id": "订单编号",
            "order_amount": "买家实际支付金额",
            "order_time": "订单付款时间",
            "order_status": "订单状态",
            "product_name": "宝贝标题",
            "store_code": "店铺名称",
            "refunded_amount": "退款金额",
        },
        statuses=("交易成功", "卖家已发货，等待买家确认", "卖家已发货,等待买家确认", "买家已付款，等待卖家发货"),
        currency="CNY",
        note="The amount is what the buyer paid, with postage; orders without a time of payment were never paid.",
    ),
    OrderSource(
        name="jd",
        title="JD, orders of a shop (京东)",
        signature=("订单号", "下单帐号", "应付金额", "下单时间"),
        columns={
            "customer_id": "下单帐号",
            "order_id": "订单号",
            "order_amount": "应付金额",
            "order_time": "下单时间",
            "order_status": "订单状态",
            "product_name": "商品名称",
        },
        currency="CNY",
        note="The amount is what the buyer owes after discounts.",
    ),
    OrderSource(
        name="douyin",
        title="Douyin shop, orders (抖店)",
        signature=("主订单编号", "子订单编号", "选购商品", "订单应付金额"),
        columns={
            "customer_id": "收件人手机号",
            "order_id": "主订单编号",
            "order_amount": "订单应付金额",
            "order_time": "订单提交时间",
            "order_status": "订单状态",
            "product_name": "选购商品",
        },
        grain="line",
        statuses=("已完成", "已发货", "待发货", "备货中"),
        currency="CNY",
        note="The amount is what the buyer owes for each product; the customer is the recipient's phone, which an "
        "export may hide; refunds after the sale are not taken off.",
    ),
    OrderSource(
        name="youzan",
        title="Youzan, orders (有赞)",
        signature=("订单号", "归属店铺", "应收订单金额", "订单实付金额", "买家手机号"),
        columns={
            "customer_id": "买家手机号",
            "order_id": "订单号",
            "order_amount": "订单实付金额",
            "order_time": "订单创建时间",
            "order_status": "订单状态",
            "product_name": "全部商品名称",
            "store_code": "归属店铺",
            "region": "收货人省份",
            "refunded_amount": "订单已退款金额",
        },
        statuses=("交易完成", "交易成功", "已发货", "待发货"),
        currency="CNY",
        note="The amount is what the buyer paid, with postage, less what was refunded.",
    ),
    OrderSource(
        name="alipay",
        title="Alipay, bill (支付宝账单)",
        signature=("交易号", "商家订单号", "交易对方", "收/支"),
        columns={
            "customer_id": "交易对方",
            "order_id": "交易号",
            "order_amount": "金额（元）",
            "order_time": "付款时间",
            "order_status": "收/支",
            "product_name": "商品名称",
            "refunded_amount": "成功退款（元）",
        },
        statuses=(INCOME,),
        currency="CNY",
        note="Income alone counts; the customer is the other party's name, which two people may share.",
    ),
    OrderSource(
        name="wechat-pay",
        title="WeChat Pay, bill (微信支付账单)",
        signature=("交易时间", "交易类型", "交易对方", "收/支", "交易单号"),
        columns={
            "customer_id": "交易对方",
            "order_id": "交易单号",
            "order_amount": "金额(元)",
            "order_time": "交易时间",
            "order_status": "收/支",
            "product_name": "商品",
        },
        statuses=(INCOME,),
        currency="CNY",
        refunds_in="当前状态",
        note="Income alone counts, less what its state says was refunded; the customer is the other party's name, "
        "which two people may share.",
    ),
)
