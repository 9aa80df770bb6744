"""Exports of shop systems and marketplaces in English, and a public data set."""

from __future__ import annotations

from typing import Final

from rfm_engine.plugin_api import OrderSource

SOURCES: Final = (
    OrderSource(
        name="shopify",
        title="Shopify, orders",
        signature=("Name", "Financial Status", "Lineitem name", "Lineitem price"),
        columns={
            "customer_id": "Email",
            "order_id": "Name",
            "order_amount": "Total",
            "order_time": "Created at",
            "order_status": "Financial Status",
            "product_name": "Lineitem name",
            "refunded_amount": "Refunded Amount",
            "currency": "Currency",
        },
        statuses=("paid", "partially_refunded", "partially_paid"),
        times="offset",
        note="The amount is the order's total with taxes and postage, in its first row; further rows are products.",
    ),
    OrderSource(
        name="magento",
        title="Magento and Adobe Commerce, order grid",
        signature=("Purchase Date", "Grand Total (Purchased)", "Customer Email"),
        columns={
            "customer_id": "Customer Email",
            "order_id": "ID",
            "order_amount": "Grand Total (Purchased)",
            "order_time": "Purchase Date",
            "order_status": "Status",
            "store_code": "Purchase Point",
            "refunded_amount": "Total Refunded",
        },
        statuses=("complete", "processing"),
        note="The amount is the grand total in the currency of the purchase, with taxes and postage.",
    ),
    OrderSource(
        name="bigcommerce",
        title="BigCommerce, orders",
        signature=("Order ID", "Order Status", "Order Total (inc tax)", "Customer ID"),
        columns={
            "customer_id": "Customer ID",
            "order_id": "Order ID",
            "order_amount": "Order Total (inc tax)",
            "order_time": "Order Date",
            "order_status": "Order Status",
        },
        statuses=("Completed", "Shipped", "Awaiting Fulfillment", "Awaiting Shipment", "Awaiting Pickup"),
        nobody=("0",),
        note="The amount is the order's total with taxes; customer 0 is a guest.",
    ),
    OrderSource(
        name="amazon",
        title="Amazon, orders report",
        signature=("order-id", "order-item-id", "purchase-date", "buyer-email", "item-price"),
        columns={
            "customer_id": "buyer-email",
            "order_id": "order-id",
            "order_amount": "item-price",
            "order_time": "purchase-date",
            "product_name": "product-name",
            "region": "ship-state",
            "currency": "currency",
        },
        grain="line",
        times="offset",
        note="The amount is the sum of the items' prices, without postage. A report that was requested by hand has "
        "cancelled orders too, and nothing in it says which.",
    ),
    OrderSource(
        name="ebay",
        title="eBay, orders report",
        signature=("Sales Record Number", "Order Number", "Buyer Username", "Total Price"),
        columns={
            "customer_id": "Buyer Username",
            "order_id": "Order Number",
            "order_amount": "Total Price",
            "order_time": "Sale Date",
            "product_name": "Item Title",
        },
        note="The amount is the total price with postage and taxes.",
    ),
    OrderSource(
        name="etsy",
        title="Etsy, sold order items",
        signature=("Sale Date", "Item Name", "Buyer", "Item Total", "Order ID"),
        columns={
            "customer_id": "Buyer",
            "order_id": "Order ID",
            "order_amount": "Item Total",
            "order_time": "Sale Date",
            "product_name": "Item Name",
            "currency": "Currency",
        },
        grain="line",
        time_format="%m/%d/%y",
        note="The amount is the sum of the items, without postage and taxes.",
    ),
    OrderSource(
        name="uci-online-retail",
        title="UCI Online Retail",
        signature=("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"),
        columns={
            "customer_id": "CustomerID",
            "order_id": "InvoiceNo",
            "quantity": "Quantity",
            "unit_price": "UnitPrice",
            "order_time": "InvoiceDate",
            "product_name": "Description",
            "region": "Country",
        },
        grain="line",
        note="The amount is quantity times unit price, added up for each invoice; C begins a return.",
    ),
    OrderSource(
        name="uci-online-retail-2",
        title="UCI Online Retail II",
        signature=("Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID"),
        columns={
            "customer_id": "Customer ID",
            "order_id": "Invoice",
            "quantity": "Quantity",
            "unit_price": "Price",
            "order_time": "InvoiceDate",
            "product_name": "Description",
            "region": "Country",
        },
        grain="line",
        note="The amount is quantity times price, added up for each invoice; C begins a return.",
    ),
)
