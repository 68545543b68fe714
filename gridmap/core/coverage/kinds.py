"""Kinds of facilities that imports, the sample district and norms speak of. Others may be imported, but no norm knows them."""

from collections.abc import Mapping

from gridmap.errors import Text

FACILITY_KINDS: Mapping[str, Text] = {
    kind: Text(en=en, zh=zh)
    for kind, en, zh in (
        # 主体
        ("service_station", "community service station", "社区服务站"),
        ("community_centre", "community centre", "社区中心"),
        ("street_service_centre", "street service centre", "街道社区服务中心"),
        ("town_hall", "town hall", "街道办事处"),
        ("government_office", "government office", "政府办事机构"),
        # older people
        ("day_care", "day care for older people", "老年人日间照料中心"),
        ("nursing_home", "nursing home", "养老院"),
        ("geriatric_home", "geriatric care home", "老年养护院"),
        ("canteen", "community canteen", "社区食堂"),
        ("social_facility", "social facility", "社会服务设施"),
        # children and school
        ("nursery", "nursery", "托儿所"),
        ("kindergarten", "kindergarten", "幼儿园"),
        ("after_school", "after-school care", "儿童托管"),
        ("primary_school", "primary school", "小学"),
        ("middle_school", "middle school", "初中"),
        ("school", "school", "学校"),
        ("college", "college", "学院"),
        ("university", "university", "大学"),
        # health
        ("clinic", "community health station", "社区卫生服务站"),
        ("health_centre", "community health centre", "社区卫生服务中心"),
        ("outpatient_department", "outpatient department", "门诊部"),
        ("hospital", "hospital", "医院"),
        ("rehabilitation", "rehabilitation", "康复站"),
        ("pharmacy", "pharmacy", "药店"),
        ("dentist", "dentist", "牙科诊所"),
        # culture and sport
        ("culture_station", "culture station", "文化活动站"),
        ("culture_centre", "culture centre", "文化活动中心"),
        ("library", "library", "图书馆"),
        ("theatre", "theatre", "剧院"),
        ("cinema", "cinema", "电影院"),
        ("sports_centre", "sports centre", "体育馆、全民健身中心"),
        ("sports_ground", "sports ground", "多功能运动场地"),
        ("outdoor_fitness", "outdoor fitness ground", "室外综合健身场地"),
        ("playground", "playground", "儿童活动场地"),
        ("gym", "gym", "健身房"),
        # order and justice
        ("police_station", "police station", "派出所"),
        ("fire_station", "fire station", "消防站"),
        ("judicial_office", "judicial office", "司法所"),
        ("legal_aid", "legal aid", "法律服务点"),
        # trade
        ("market", "food market", "菜市场"),
        ("supermarket", "supermarket", "综合超市"),
        ("convenience_store", "convenience store", "便利店"),
        ("shopping_centre", "shopping centre", "商场"),
        ("shop", "shop", "商店"),
        ("hairdresser", "hairdresser", "理发店"),
        ("laundry", "laundry", "洗衣店"),
        ("repair_shop", "repair shop", "维修点"),
        ("restaurant", "restaurant", "餐饮"),
        ("cafe", "café", "咖啡馆"),
        ("office", "office", "办公"),
        # post, money, lines
        ("post_office", "post office", "邮政营业场所"),
        ("parcel_station", "parcel station", "快递驿站"),
        ("parcel_locker", "parcel locker", "智能快件箱"),
        ("bank", "bank", "银行"),
        ("telecom", "telecom office", "电信营业厅"),
        ("gas_office", "gas office", "燃气服务点"),
        # moving and keeping clean
        ("bus_stop", "bus stop", "公交车站"),
        ("station", "rail station", "轨道交通站点"),
        ("station_entrance", "station entrance", "轨道交通出入口"),
        ("tram_stop", "tram stop", "有轨电车站"),
        ("parking", "parking", "机动车停车场"),
        ("bicycle_parking", "bicycle parking", "非机动车停车场"),
        ("charging_station", "charging station", "充电站"),
        ("public_toilet", "public toilet", "公共厕所"),
        ("recycling_point", "recycling point", "再生资源回收点"),
        ("waste_collection_point", "waste collection point", "生活垃圾收集点"),
        ("waste_station", "waste collection station", "生活垃圾收集站"),
    )
}
"""Kind → its name."""
