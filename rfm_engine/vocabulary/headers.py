"""Further headers of order files, of registers, shops and ERP systems; they hold a column if no better header does."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from rfm_engine.columns import (
    CURRENCY,
    CUSTOMER_ID,
    CUSTOMER_NAME,
    ORDER_AMOUNT,
    ORDER_ID,
    ORDER_TIME,
    PHONE,
    PRODUCT_NAME,
    QUANTITY,
    REFUNDED_AMOUNT,
    REGION,
    STATUS,
    STORE_CODE,
    UNIT_PRICE,
    fold_header,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

FURTHER: Final = {
    CUSTOMER_ID: (
        "customer #, member #, account #, customer number, customer code, customer key, cust id, cust no, client, "
        "client no, client number, "
        "member id, member no, member code, member card, buyer, buyer username, buyer user id, account id, "
        "account no, account number, user, uid, shopper id, loyalty id, loyalty number, card number, "
        "email, email (billing), email address, customer email, customer email address, billing email, buyer email, "
        "phone number, mobile number, 客户, 客户代码, 客户号, 会员号, 会员卡号, 会员ID, 会员名, 买家, "
        "买家ID, 买家会员名, 买家昵称, 买家账号, 用户ID, 用户编号, 用户账号, 顾客编号, 顾客号, 顾客, "
        "下单账号, 下单帐号, 购货单位, 往来单位, 客戶, 客戶編號, 客戶編碼, 客戶代號, 客戶代碼, 客戶ID, "
        "會員編號, 會員卡號, 會員ID, 會員代號, 買家, 買家帳號, 顧客編號, 顧客"
    ),
    ORDER_ID: (
        "order #, amazon order id, invoice #, receipt #, ticket #, transaction #, bill #, check #, document #, "
        "voucher no, voucher number, slip no, slip number, order ref, order reference, order code, sales order, "
        "sales order no, so number, invoice, "
        "invoice no, invoice number, invoice id, receipt, receipt no, receipt number, receipt id, ticket, "
        "ticket no, ticket number, ticket id, transaction id, transaction no, transaction number, txn id, "
        "bill no, bill number, document no, document number, doc no, sale id, check number, 订单, "
        "订单号码, 订单流水号, 单据编号, 单据号, 单据号码, 单据, 主订单编号, 主订单号, 交易号, 交易单号, "
        "交易编号, 交易流水号, 流水号, 小票号, 小票编号, 收银单号, 销售单号, 销售订单号, 出库单号, 发票号, "
        "发票号码, 票号, 原始单号, 平台单号, 网店订单号, 業務單號, 訂單, 訂單編號, 訂單號, 訂單號碼, 單號, "
        "單據編號, 單據號碼, 交易編號, 交易序號, 發票號碼, 銷售單號, 銷貨單號"
    ),
    STORE_CODE: (
        "branch, branch code, branch id, outlet, outlet code, store no, store number, store name, "
        "shop name, 店铺, 店铺名称, 店铺ID, 门店, 门店编号, 门店编码, 门店名称, 商店, 分店, 网点, 店鋪, "
        "店鋪編號, 店鋪名稱, 門市, 門市代號, 門市名稱, 門店, 分店代號"
    ),
    REGION: (
        "region name, sales region, province name, 省份名称, 省市, 所属省份, 所属区域, 所在区域, 大区, "
        "地區, 區域, 所屬區域"
    ),
    PRODUCT_NAME: (
        "product title, item, item title, item description, article, article name, sku name, goods, "
        "goods name, description, 商品标题, 宝贝标题, 货品名称, 物料名称, 品名, 存货名称, 商品信息, "
        "产品名, 產品名稱, 商品名稱, 貨品名稱, 產品"
    ),
    ORDER_AMOUNT: (
        "total, order value, order total amount, order grand total, total price, grand total, net total, "
        "net amount, net sales, sales, sales amount, revenue, turnover, gross amount, gross sales, "
        "paid amount, amount paid, payment amount, total paid, total incl. tax, total including tax, "
        "用户实付金额, 顾客实付, 实付款, 实付, 实际支付金额, 买家实际支付金额, 应付金额, 总金额, 合计金额, 合计, 总计, "
        "订单总额, 订单总金额, 销售额, 销售金额, 成交金额, 交易金额, 支付金额, 付款金额, 实收金额, 实收, 价税合计, "
        "含税金额, 应收金额, 消费金额, 訂單金額, 訂單總額, 金額, 實付金額, 實收金額, 總金額, 銷售金額, "
        "合計, 總計, 消費金額, 交易金額"
    ),
    ORDER_TIME: (
        "order datetime, order timestamp, order created, order created at, created, created at, "
        "created on, created date, creation date, date created, placed at, placed on, purchase date, "
        "purchased at, purchase time, invoice date, receipt date, transaction date, transaction time, "
        "sale date, sales date, date time, timestamp, bill date, document date, doc date, posting date, "
        "business date, 订单创建时间, 创建时间, 成交时间, 交易时间, 交易日期, 交易创建时间, 购买日期, "
        "销售日期, 销售时间, 单据日期, 开单日期, 开单时间, 制单日期, 业务日期, 消费时间, 消费日期, 日期, "
        "时间, 訂單日期, 訂單時間, 下單日期, 下單時間, 購買日期, 購買時間, 交易時間, 銷售日期, 單據日期, "
        "消費日期, 建立時間"
    ),
    STATUS: (
        "order statuses, payment status, financial status, fulfillment status, fulfilment status, 支付状态, 付款状态, "
        "订单交易状态, 订单状态名称, 訂單狀態, 交易狀態, 狀態"
    ),
    QUANTITY: (
        "qty, units, pieces, lineitem quantity, item quantity, quantity ordered, quantity purchased, "
        "order quantity, 商品数量, 购买数量, 销售数量, 件数, 數量, 銷售數量"
    ),
    UNIT_PRICE: (
        "price, price each, price per unit, unit cost price, lineitem price, item price, 商品单价, "
        "销售单价, 成交单价, 價格, 單價, 价格"
    ),
    REFUNDED_AMOUNT: (
        "refund amount, amount refunded, refunded, refund, total refunded, order refund amount, 已退金额, "
        "已退款金额, 退货金额, 退款金額, 退貨金額"
    ),
    CURRENCY: "currency code, order currency, 币别, 货币, 幣別, 幣種, 貨幣",
}
"""Column -> headers, whatever their width, case, spaces and underscores; commas part them."""

CARRIED_HEADERS: Final = {
    CUSTOMER_NAME: (
        "name, full name, client name, buyer name, recipient, recipient name, receiver, receiver name, ship to name, "
        "billing name, shipping name, contact, contact name, 客户姓名, 客户名称, 客户名, 会员姓名, 买家姓名, "
        "收货人, 收货人姓名, 收件人, 收件人姓名, 联系人, 收貨人, 收件人姓名, 客戶名稱, 客戶姓名, 聯絡人"
    ),
    PHONE: (
        "phone number, mobile, mobile number, mobile phone, telephone, tel, cell phone, contact number, "
        "customer phone, buyer phone, receiver phone, recipient phone, billing phone, shipping phone, "
        "手机, 手机号, 手机号码, 联系电话, 联系手机, 联系方式, 收货人手机, 收货人电话, 收件人电话, "
        "收件人手机, 手機, 電話, 聯絡電話"
    ),
}
"""Headers of the columns that are read where they are carried, and that may hold another column too."""


@cache
def carried_headers() -> Mapping[str, frozenset[str]]:
    """Map the columns that are read only to be carried to their folded headers."""
    return {
        column: frozenset(fold_header(header) for header in headers.split(","))
        for column, headers in CARRIED_HEADERS.items()
    }


@cache
def further_headers() -> Mapping[str, str]:
    """Map every folded further header to its column.

    >>> further_headers()[fold_header("Invoice_No")], further_headers()[fold_header("單據號碼")]
    ('order_id', 'order_id')
    """
    return {fold_header(header): column for column, headers in FURTHER.items() for header in headers.split(",")}
